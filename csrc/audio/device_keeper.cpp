#include "audio/device_keeper.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <thread>
#include <utility>

#include "audio/output.hpp"
#include "audio/realtime.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr auto kTryAgainAfter = std::chrono::seconds(2);
constexpr auto kBetweenAttempts = std::chrono::milliseconds(250);
constexpr int kAttempts = 12;
constexpr auto kDefault = "default";
constexpr auto kNull = "null";

}  // namespace

DeviceKeeper::DeviceKeeper(std::string name, std::uint32_t rate_hz)
    : wanted_(std::move(name)), rate_hz_(rate_hz) {
  if (wanted_ == kDefault) {
    output_ = opened_or_null(open_name_);
  } else {
    output_ = opened(wanted_);
    open_name_ = wanted_;
  }
}

DeviceKeeper::~DeviceKeeper() {
  stop();
  output_->close();
}

void DeviceKeeper::start(RenderSource& source) {
  source_ = &source;
  output_->start();
  supervisor_ = std::thread([this] { supervise(); });
}

void DeviceKeeper::stop() {
  if (!supervisor_.joinable()) return;
  wish(Wish::end);
  supervisor_.join();
  output_->stop();
}

void DeviceKeeper::data_ready() {
  const std::shared_lock in_use(output_mutex_);
  output_->data_ready();
}

bool DeviceKeeper::drop() {
  const std::shared_lock in_use(output_mutex_, std::try_to_lock);
  const std::unique_lock control(control_mutex_, std::try_to_lock);
  return in_use && control && output_->drop();
}

void DeviceKeeper::drain() {
  const std::shared_lock in_use(output_mutex_);
  const std::scoped_lock control(control_mutex_);
  output_->drain();
}

double DeviceKeeper::latency_s() const {
  const std::shared_lock in_use(output_mutex_);
  return output_->latency_s();
}

std::string DeviceKeeper::name() const {
  const std::shared_lock in_use(output_mutex_);
  return open_name_;
}

std::string DeviceKeeper::take_warning() {
  const std::scoped_lock lock(state_mutex_);
  return std::exchange(warning_, {});
}

void DeviceKeeper::check() const {
  if (!failed_.load(std::memory_order_acquire)) return;
  const std::scoped_lock lock(state_mutex_);
  if (reader_gone_) throw ReaderGone(failure_);
  throw Error(failure_);
}

void DeviceKeeper::render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING {
  source_->render(out, frames);
}

std::uint32_t DeviceKeeper::ready_frames() const noexcept STREAMTTS_NONBLOCKING {
  return source_->ready_frames();
}

bool DeviceKeeper::at_rest() const noexcept STREAMTTS_NONBLOCKING {
  return source_->at_rest();
}

void DeviceKeeper::skip_silence(std::uint64_t frames) noexcept STREAMTTS_NONBLOCKING {
  source_->skip_silence(frames);
}

void DeviceKeeper::output_lost(Loss loss, const std::string& why) {
  if (loss == Loss::kVanished) return wish(Wish::replace_lost);
  {
    const std::scoped_lock lock(state_mutex_);
    failure_ = why;
    reader_gone_ = loss == Loss::kClosed;
    failed_.store(true, std::memory_order_release);
  }
  if (on_failure_) on_failure_();
}

void DeviceKeeper::default_changed() {
  if (wanted_ == kDefault) wish(Wish::follow_default);
}

void DeviceKeeper::output_overloaded() {
  overloads_.fetch_add(1, std::memory_order_relaxed);
}

std::unique_ptr<Output> DeviceKeeper::opened(const std::string& name) {
  std::unique_ptr<Output> output = make_output(name);
  const std::uint32_t rate_hz = output->open(rate_hz_, *this, *this);
  // The first output says at which rate everything runs; a later one has to convert.
  if (output_ && rate_hz != rate_hz_) {
    output->close();
    throw Error("the device " + name + " cannot play at " + std::to_string(rate_hz_) + " Hz");
  }
  rate_hz_ = rate_hz;
  return output;
}

// The default device, or the null clock with a warning.
std::unique_ptr<Output> DeviceKeeper::opened_or_null(std::string& name) {
  try {
    name = kDefault;
    return opened(kDefault);
  } catch (const Error& error) {
    const std::scoped_lock lock(state_mutex_);
    warning_ = error.what();
  }
  name = kNull;
  return opened(kNull);
}

void DeviceKeeper::replace(std::unique_ptr<Output> output, std::string name) {
  const std::unique_lock alone(output_mutex_);
  output_->stop();
  output_->close();
  output_ = std::move(output);
  open_name_ = std::move(name);
  output_->start();
  reopened_.fetch_add(1, std::memory_order_relaxed);
}

// The new device is open before the old one is let go, so that speech goes on where it was.
bool DeviceKeeper::play_on_default() {
  try {
    replace(opened(kDefault), kDefault);
    return true;
  } catch (const Error& error) {
    const std::scoped_lock lock(state_mutex_);
    failure_to_open_ = error.what();
    return false;
  }
}

// A system needs a moment to name another default. Meanwhile nothing is rendered, so nothing queued is lost.
void DeviceKeeper::replace_lost() {
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    if (play_on_default()) return;
    std::unique_lock lock(state_mutex_);
    if (changed_.wait_for(lock, kBetweenAttempts, [this] { return wish_ == Wish::end; })) return;
  }
  {
    const std::scoped_lock lock(state_mutex_);
    warning_ = failure_to_open_;
  }
  replace(opened(kNull), kNull);
}

// Opens and closes devices on a thread of its own: a device's own threads must not wait for that.
void DeviceKeeper::supervise() {
  for (;;) {
    switch (next_wish()) {
      case Wish::end:
        return;
      case Wish::replace_lost:
        replace_lost();
        break;
      case Wish::follow_default:
      case Wish::none:
        play_on_default();
        break;
    }
  }
}

// `none` after a while without any, when there is no device and one may have come.
DeviceKeeper::Wish DeviceKeeper::next_wish() {
  const bool silent = wanted_ != kNull && name() == kNull;
  std::unique_lock lock(state_mutex_);
  const auto wished = [this] { return wish_ != Wish::none; };
  if (silent) {
    changed_.wait_for(lock, kTryAgainAfter, wished);
  } else {
    changed_.wait(lock, wished);
  }
  return std::exchange(wish_, Wish::none);
}

void DeviceKeeper::wish(Wish wish) {
  {
    const std::scoped_lock lock(state_mutex_);
    wish_ = std::max(wish_, wish);
  }
  changed_.notify_one();
}

}  // namespace streamtts::audio
