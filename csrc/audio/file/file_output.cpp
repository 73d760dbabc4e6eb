#include "audio/file/file_output.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <utility>

#include "audio/notifier.hpp"
#include "audio/output.hpp"
#include "audio/quiet_thread.hpp"

namespace streamtts::audio {

namespace {

constexpr std::uint32_t kChunkFrames = 1024;
constexpr std::chrono::seconds kPatience{5};  // with a reader that takes nothing

}  // namespace

FileOutput::FileOutput(std::unique_ptr<FrameSink> sink) : sink_(std::move(sink)), frames_(kChunkFrames) {}

FileOutput::~FileOutput() {
  close();
}

std::uint32_t FileOutput::open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) {
  close();
  const std::uint32_t rate = sink_->open(rate_hz);
  source_ = &source;
  playing_ = ready_ = writing_ = failed_ = quitting_ = false;
  notifier_ = std::make_unique<Notifier>(listener);
  thread_ = start_quiet_thread("stt-file", [this] { run(); });
  const std::scoped_lock lock(mutex_);
  opened_ = true;
  return rate;
}

void FileOutput::start() {
  {
    const std::scoped_lock lock(mutex_);
    playing_ = ready_ = true;
  }
  changed_.notify_all();
}

void FileOutput::stop() {
  const std::scoped_lock lock(mutex_);
  playing_ = false;
}

void FileOutput::data_ready() {
  {
    const std::scoped_lock lock(mutex_);
    ready_ = true;
  }
  changed_.notify_all();
}

void FileOutput::drain() {
  std::unique_lock lock(mutex_);
  std::uint64_t seen = chunks_written_;
  const auto done = [this] { return failed_ || quitting_ || !(writing_ || (playing_ && ready_)); };
  while (!changed_.wait_for(lock, kPatience, done)) {
    if (chunks_written_ == seen) return;
    seen = chunks_written_;
  }
}

double FileOutput::latency_s() const {
  const std::scoped_lock lock(mutex_);
  return opened_ ? sink_->unread_s() : 0.0;
}

void FileOutput::close() {
  if (!thread_.joinable()) return;
  {
    const std::scoped_lock lock(mutex_);
    opened_ = false;
    quitting_ = true;
  }
  changed_.notify_all();
  sink_->interrupt();
  thread_.join();
  notifier_.reset();
  sink_->close();
}

void FileOutput::run() {
  while (take()) {
    const std::optional<FrameSink::Failure> failure =
        frames_.empty() ? sink_->settle() : sink_->write(frames_);
    {
      const std::scoped_lock lock(mutex_);
      writing_ = false;
      chunks_written_ += frames_.empty() ? 0 : 1;
      failed_ = failure.has_value();
    }
    changed_.notify_all();
    if (failure) return notifier_->lost(failure->loss, failure->why);
  }
}

// Renders what is ready into frames_; leaves it empty, once, when nothing is, and then waits. False to end.
bool FileOutput::take() {
  std::unique_lock lock(mutex_);
  const bool rested = frames_.empty();
  if (rested) changed_.wait(lock, [this] { return quitting_ || (playing_ && ready_); });
  if (quitting_) return false;
  const std::uint32_t ready = playing_ ? std::min(source_->ready_frames(), kChunkFrames) : 0;
  ready_ = ready > 0;
  frames_.resize(ready);
  if (playing_) source_->render(frames_.data(), ready);  // even if none: the source may have to do with that
  writing_ = ready > 0;
  return true;
}

}  // namespace streamtts::audio
