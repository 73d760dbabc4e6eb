// ALSA, where no sound server answers. One thread owns the device; others only leave it a wish.
#include <algorithm>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audio/linux/alsa_api.hpp"
#include "audio/linux/linux_outputs.hpp"
#include "audio/linux/thread_priority.hpp"
#include "audio/notifier.hpp"
#include "audio/output.hpp"
#include "audio/quiet_thread.hpp"
#include "audio/resting.hpp"
#include "audio/wake.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr unsigned kBufferMicroseconds = 40'000;
constexpr int kWaitMilliseconds = 100;
constexpr int kHangingWaits = 50;
constexpr double kDrainMarginSeconds = 0.010;
constexpr double kLongestDrainSeconds = 2.0;

class AlsaOutput final : public Output {
 public:
  explicit AlsaOutput(std::string device) : api_(alsa::api()), device_(std::move(device)) {}
  ~AlsaOutput() override { close(); }

  std::uint32_t open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) override;
  void start() override { change_to(State::kPlaying); }
  void stop() override { change_to(State::kStopped); }
  // ALSA's plugins say that they rewind and then play it all the same, so the buffer is short instead.
  bool drop() override { return false; }
  void drain() override;
  void data_ready() override { changed_.notify(); }
  double latency_s() const override { return latency_s_.load(std::memory_order_relaxed); }
  void close() override;

 private:
  enum class State { kStopped, kPlaying, kClosing };

  int open_device(const std::string& name);
  void change_to(State state);
  std::size_t frames_in(double seconds) const { return static_cast<std::size_t>(seconds * rate_hz_); }

  // On the device's thread.
  void run();
  bool play();
  void forgive_empty();
  void rest(Resting& resting);
  int fill();
  int give(std::span<const float> frames);
  bool survives(int error);
  void measure_latency();

  const alsa::Api& api_;
  const std::string device_;
  alsa::Pcm* pcm_ = nullptr;
  std::uint32_t rate_hz_ = 0;
  RenderSource* source_ = nullptr;
  std::unique_ptr<Notifier> notifier_;
  std::vector<float> rendered_;
  bool silent_ = false;
  bool lost_ = false;

  std::atomic<State> state_{State::kStopped};
  std::mutex rendering_;  // so that stop() does not return in the middle
  Wake changed_;
  std::atomic<double> latency_s_{kBufferMicroseconds * 1e-6};
  std::thread thread_;
};

std::uint32_t AlsaOutput::open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) {
  close();
  rate_hz_ = rate_hz;
  const std::string name = device_.empty() ? "default" : device_;
  int error = open_device(name);
  if (error < 0) error = open_device("plug:'" + name + "'");  // a bare device that does not convert
  if (error < 0) throw Error("ALSA does not play on " + name + ": " + api_.strerror(error));
  rendered_.resize(frames_in(kBufferMicroseconds * 1e-6));
  source_ = &source;
  lost_ = false;
  state_ = State::kStopped;
  notifier_ = std::make_unique<Notifier>(listener);
  thread_ = start_quiet_thread("stt-alsa", [this] { run(); });
  return rate_hz_;
}

int AlsaOutput::open_device(const std::string& name) {
  const int error = api_.pcm_open(&pcm_, name.c_str(), alsa::kPlayback, alsa::kNonblock);
  if (error < 0) {
    pcm_ = nullptr;
    return error;
  }
  constexpr unsigned kMono = 1;
  constexpr int kResample = 1;
  const int refused = api_.pcm_set_params(pcm_, alsa::kFormatFloatLe, alsa::kAccessInterleaved, kMono,
                                          rate_hz_, kResample, kBufferMicroseconds);
  if (refused < 0) api_.pcm_close(std::exchange(pcm_, nullptr));
  return refused;
}

void AlsaOutput::close() {
  if (!thread_.joinable()) return;
  change_to(State::kClosing);
  thread_.join();
  notifier_.reset();
  api_.pcm_close(std::exchange(pcm_, nullptr));
}

void AlsaOutput::change_to(State state) {
  {
    const std::scoped_lock lock(rendering_);
    state_ = state;
  }
  changed_.notify();
}

void AlsaOutput::drain() {
  std::this_thread::sleep_for(
      std::chrono::duration<double>(std::min(latency_s() + kDrainMarginSeconds, kLongestDrainSeconds)));
}

void AlsaOutput::run() {
  ask_for_priority();
  while (state_ != State::kClosing && !lost_) {
    if (state_ == State::kPlaying) {
      lost_ = !play();
    } else {
      // What is queued may be too little to have started by itself.
      if (api_.pcm_state(pcm_) == alsa::kStatePrepared) api_.pcm_start(pcm_);
      changed_.wait();
    }
  }
  if (lost_) notifier_->lost(Loss::kVanished, "the sound device is gone");
}

// Until stopped; false if the device failed.
bool AlsaOutput::play() {
  forgive_empty();
  int idle_waits = 0;
  Resting resting;
  while (state_ == State::kPlaying) {
    if (resting.due(silent_)) rest(resting);
    int result = fill();
    if (result >= 0) result = api_.pcm_wait(pcm_, kWaitMilliseconds);
    if (result < 0 && !survives(result)) return false;
    idle_waits = result == 0 ? idle_waits + 1 : 0;
    if (idle_waits > kHangingWaits) return false;
  }
  return true;
}

// While we gave it nothing it ran empty, and that was no fault.
void AlsaOutput::forgive_empty() {
  if (api_.pcm_state(pcm_) == alsa::kStateXrun) api_.pcm_recover(pcm_, -EPIPE, 1);
}

void AlsaOutput::rest(Resting& resting) {
  changed_.wait();
  const double rested_s = resting.end_s();
  const std::scoped_lock lock(rendering_);
  if (state_ != State::kPlaying) return;
  forgive_empty();
  source_->skip_silence(frames_in(rested_s));
}

// Renders and writes what the device has room for; returns an error of ALSA, if any.
int AlsaOutput::fill() {
  const alsa::Frames room = api_.pcm_avail_update(pcm_);
  if (room <= 0) return static_cast<int>(room);
  const std::span<float> frames(rendered_.data(), std::min(rendered_.size(), static_cast<std::size_t>(room)));
  {
    const std::scoped_lock lock(rendering_);
    if (state_ != State::kPlaying) return 0;
    source_->render(frames.data(), static_cast<std::uint32_t>(frames.size()));
    silent_ = source_->at_rest();
  }
  return give(frames);
}

// Whatever happens, these frames are not rendered again: an underrun in between is mended here.
int AlsaOutput::give(std::span<const float> frames) {
  int waits = 0;
  while (!frames.empty()) {
    const alsa::Frames given = api_.pcm_writei(pcm_, frames.data(), frames.size());
    if (given >= 0) {
      frames = frames.subspan(static_cast<std::size_t>(given));
    } else if (given == -EAGAIN) {
      if (state_ == State::kClosing || ++waits > kHangingWaits) return -EIO;
      api_.pcm_wait(pcm_, kWaitMilliseconds);
    } else if (!survives(static_cast<int>(given))) {
      return static_cast<int>(given);
    }
  }
  measure_latency();
  return 0;
}

bool AlsaOutput::survives(int error) {
  if (error == -EPIPE) notifier_->overloaded();
  return error == -EINTR || error == -EAGAIN || api_.pcm_recover(pcm_, error, 1) >= 0;
}

void AlsaOutput::measure_latency() {
  alsa::Frames delay = 0;
  if (api_.pcm_delay(pcm_, &delay) < 0) return;
  latency_s_.store(static_cast<double>(std::max(delay, 0L)) / rate_hz_, std::memory_order_relaxed);
}

}  // namespace

std::unique_ptr<Output> make_alsa_output(const std::string& device) {
  return std::make_unique<AlsaOutput>(device);
}

}  // namespace streamtts::audio
