// The outputs without a device, with sinks and sources that a test controls.
#include <unistd.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "audio/file/file_output.hpp"
#include "audio/file/file_writer.hpp"
#include "audio/notifier.hpp"
#include "audio/output.hpp"
#include "audio/plain_outputs.hpp"
#include "check.hpp"

using namespace streamtts::audio;

namespace {

// Counts from 1; what is not ready is padded with zeros, which a file must never see.
class CountingSource final : public RenderSource {
 public:
  void render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING override {
    for (std::uint32_t i = 0; i < frames; ++i) {
      out[i] = given_ < added_ ? static_cast<float>(++given_) : 0.0F;
    }
    rendered_ += frames;
  }
  std::uint32_t ready_frames() const noexcept STREAMTTS_NONBLOCKING override {
    return static_cast<std::uint32_t>(added_ - given_);
  }
  void add(std::uint64_t frames) { added_ += frames; }
  std::uint64_t rendered() const { return rendered_; }

 private:
  std::atomic<std::uint64_t> added_{0};
  std::atomic<std::uint64_t> given_{0};
  std::atomic<std::uint64_t> rendered_{0};
};

class Listener final : public OutputListener {
 public:
  void output_lost(Loss loss, const std::string& why) override {
    ++losses;
    last_loss = loss;
    const std::lock_guard lock(mutex_);
    why_ = why;
  }
  void default_changed() override { ++changes; }
  void output_overloaded() override { ++overloads; }
  std::string why() {
    const std::lock_guard lock(mutex_);
    return why_;
  }

  std::atomic<int> losses{0};
  std::atomic<int> changes{0};
  std::atomic<int> overloads{0};
  std::atomic<Loss> last_loss{Loss::kVanished};

 private:
  std::mutex mutex_;
  std::string why_;
};

template <class Condition>
void wait_until(Condition done) {
  while (!done()) std::this_thread::sleep_for(std::chrono::milliseconds(1));
}

struct SinkLog {
  std::mutex mutex;
  std::vector<float> frames;
  std::atomic<int> settled{0};
  std::atomic<bool> interrupted{false};
  std::atomic<bool> stuck{false};
  std::atomic<std::uint64_t> room{UINT64_MAX};

  std::size_t size() {
    const std::lock_guard lock(mutex);
    return frames.size();
  }
};

class TestSink final : public FrameSink {
 public:
  explicit TestSink(SinkLog& log) : log_(log) {}
  std::uint32_t open(std::uint32_t rate_hz) override { return rate_hz; }
  std::optional<Failure> write(std::span<const float> frames) override {
    wait_until([this] { return !log_.stuck || log_.interrupted; });
    const std::lock_guard lock(log_.mutex);
    if (log_.frames.size() + frames.size() > log_.room) return Failure{Loss::kBroken, "the disk is full"};
    log_.frames.insert(log_.frames.end(), frames.begin(), frames.end());
    return std::nullopt;
  }
  std::optional<Failure> settle() override {
    ++log_.settled;
    return std::nullopt;
  }
  void interrupt() override { log_.interrupted = true; }
  double unread_s() const override { return 0.25; }
  void close() override {}

 private:
  SinkLog& log_;
};

bool counts_up(const std::vector<float>& frames) {
  for (std::size_t i = 0; i < frames.size(); ++i) {
    if (frames[i] != static_cast<float>(i + 1)) return false;
  }
  return true;
}

}  // namespace

TEST(file_takes_all_that_is_ready_and_no_silence) {
  SinkLog log;
  CountingSource source;
  Listener listener;
  FileOutput output(std::make_unique<TestSink>(log));
  CHECK(!output.real_time());
  CHECK_EQ(output.open(48000, source, listener), 48000U);
  CHECK_EQ(output.latency_s(), 0.25);
  output.start();
  for (int i = 0; i < 200; ++i) {
    source.add(static_cast<std::uint64_t>(i) * 37 % 3000);
    output.data_ready();
    if (i % 50 == 0) output.drain();
  }
  output.drain();
  output.close();
  CHECK_EQ(log.frames.size(), source.rendered());
  CHECK_EQ(source.ready_frames(), 0U);
  CHECK(counts_up(log.frames));
  CHECK(log.settled > 0);
  CHECK_EQ(listener.losses, 0);
  CHECK_EQ(output.latency_s(), 0.0);
}

TEST(stopped_file_renders_nothing_until_started) {
  SinkLog log;
  CountingSource source;
  Listener listener;
  FileOutput output(std::make_unique<TestSink>(log));
  output.open(48000, source, listener);
  source.add(100);
  output.data_ready();
  output.drain();
  CHECK_EQ(source.rendered(), 0U);
  output.start();
  output.drain();
  CHECK_EQ(source.rendered(), 100U);
  output.stop();
  source.add(50);
  output.data_ready();
  output.drain();
  CHECK_EQ(source.rendered(), 100U);
  output.start();
  output.drain();
  CHECK_EQ(log.size(), 150U);
}

TEST(full_disk_is_told_once_and_nothing_is_rendered_after_it) {
  SinkLog log;
  log.room = 5000;
  CountingSource source;
  Listener listener;
  FileOutput output(std::make_unique<TestSink>(log));
  output.open(48000, source, listener);
  output.start();
  source.add(10'000);
  output.data_ready();
  wait_until([&] { return listener.losses > 0; });
  output.drain();
  const std::uint64_t rendered = source.rendered();
  output.data_ready();
  output.drain();
  output.close();
  CHECK_EQ(source.rendered(), rendered);
  CHECK_EQ(listener.losses, 1);
  CHECK(listener.last_loss == Loss::kBroken);
  CHECK_EQ(listener.why(), "the disk is full");
  CHECK(counts_up(log.frames));
}

TEST(close_does_not_wait_for_a_reader_that_reads_nothing) {
  SinkLog log;
  log.stuck = true;
  CountingSource source;
  Listener listener;
  FileOutput output(std::make_unique<TestSink>(log));
  output.open(48000, source, listener);
  output.start();
  source.add(10'000);
  output.data_ready();
  wait_until([&] { return source.rendered() > 0; });
  output.close();
  CHECK(log.interrupted.load());
  CHECK_EQ(listener.losses, 0);
}

TEST(output_opens_again_after_close) {
  SinkLog log;
  CountingSource source;
  Listener listener;
  FileOutput output(std::make_unique<TestSink>(log));
  for (int i = 1; i <= 3; ++i) {
    output.open(48000, source, listener);
    output.start();
    source.add(10);
    output.data_ready();
    output.drain();
    output.close();
    output.close();
    CHECK_EQ(log.size(), static_cast<std::size_t>(10 * i));
  }
}

TEST(null_clock_renders_while_started_only) {
  CountingSource source;
  Listener listener;
  const auto output = make_null_output(100);
  CHECK(output->real_time());
  CHECK_EQ(output->open(44100, source, listener), 44100U);
  output->start();
  wait_until([&] { return source.rendered() >= 44100; });
  output->stop();
  const std::uint64_t rendered = source.rendered();
  std::this_thread::sleep_for(std::chrono::milliseconds(20));
  CHECK_EQ(source.rendered(), rendered);
  output->start();
  wait_until([&] { return source.rendered() > rendered; });
  CHECK(!output->drop());
  output->drain();
  output->close();
}

TEST(notifier_tells_the_first_loss_and_every_kind_of_news) {
  Listener listener;
  {
    Notifier notifier(listener);
    notifier.overloaded();
    notifier.default_changed();
    notifier.lost(Loss::kClosed, "first");
    notifier.lost(Loss::kBroken, "second");
    wait_until([&] { return listener.overloads > 0 && listener.changes > 0 && listener.losses > 0; });
    notifier.overloaded();
    wait_until([&] { return listener.overloads == 2; });
  }
  CHECK_EQ(listener.losses, 1);
  CHECK_EQ(listener.why(), "first");
}

TEST(writer_writes_and_overwrites_a_file) {
  const std::string path = "/tmp/streamtts-test-" + std::to_string(getpid()) + ".raw";
  {
    FileWriter file = FileWriter::create(path);
    CHECK(file.seekable());
    const std::array<std::byte, 4> bytes{};
    CHECK_EQ(file.write(bytes).bytes, 4U);
    CHECK_EQ(file.overwrite_start(std::span(bytes).first(2)), 0);
    CHECK_EQ(file.unread_bytes(), 0U);
  }
  CHECK_EQ(unlink(path.c_str()), 0);
}
