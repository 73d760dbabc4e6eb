// A clock that plays nothing: what is written goes at the pace a device would take it, or faster by a factor.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "audio/output.hpp"
#include "audio/plain_outputs.hpp"
#include "audio/quiet_thread.hpp"
#include "audio/resting.hpp"
#include "audio/wake.hpp"

namespace streamtts::audio {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kTick{5};
constexpr std::chrono::milliseconds kAsleep{250};  // later than this, the machine was stopped, not slow
constexpr std::uint32_t kSliceFrames = 512;

class NullOutput final : public Output {
 public:
  explicit NullOutput(double speed) : speed_(speed) {}
  ~NullOutput() override { close(); }

  std::uint32_t open(std::uint32_t rate_hz, RenderSource& source, OutputListener&) override {
    close();
    frames_per_s_ = rate_hz * speed_;
    source_ = &source;
    state_ = State::kStopped;
    thread_ = start_quiet_thread("stt-null", [this] { run(); });
    return rate_hz;
  }

  void start() override { change_to(State::kPlaying); }
  void stop() override { change_to(State::kStopped); }
  bool drop() override { return false; }
  void drain() override {}
  void data_ready() override { changed_.notify(); }
  double latency_s() const override { return 0; }  // a frame is rendered when its time is over

  void close() override {
    if (!thread_.joinable()) return;
    change_to(State::kClosing);
    thread_.join();
  }

 private:
  enum class State { kStopped, kPlaying, kClosing };

  void change_to(State state) {
    {
      const std::scoped_lock lock(rendering_);
      state_ = state;
    }
    changed_.notify();
  }

  void run() {
    for (;;) {
      if (state_ == State::kClosing) return;
      if (state_ == State::kPlaying) play();
      if (state_ == State::kStopped) changed_.wait();
    }
  }

  void play() {
    Clock::time_point began = Clock::now();
    Clock::time_point tick = began;
    std::uint64_t given = 0;
    Resting resting(began);
    while (state_ == State::kPlaying) {
      tick += kTick;
      std::this_thread::sleep_until(tick);
      if (Clock::now() - tick > kAsleep) {
        began = tick = Clock::now();
        given = 0;
      }
      if (resting.due(silent_)) {
        changed_.wait();
        skip_silence(resting.end_s());
        began = tick = Clock::now();
        given = 0;
      }
      const double elapsed_s = std::chrono::duration<double>(tick - began).count();
      const auto due = static_cast<std::uint64_t>(elapsed_s * frames_per_s_);
      while (given < due &&
             render(static_cast<std::uint32_t>(std::min<std::uint64_t>(due - given, kSliceFrames)))) {
        given += std::min<std::uint64_t>(due - given, kSliceFrames);
      }
    }
  }

  // False once stopped. The lock only keeps stop() from returning in the middle.
  bool render(std::uint32_t frames) {
    const std::scoped_lock lock(rendering_);
    if (state_ != State::kPlaying) return false;
    source_->render(slice_.data(), frames);
    silent_ = source_->at_rest();
    return true;
  }

  void skip_silence(double seconds) {
    const std::scoped_lock lock(rendering_);
    if (state_ == State::kPlaying) source_->skip_silence(static_cast<std::uint64_t>(seconds * frames_per_s_));
  }

  const double speed_;
  double frames_per_s_ = 0;
  RenderSource* source_ = nullptr;
  std::atomic<State> state_{State::kStopped};
  std::mutex rendering_;
  Wake changed_;
  bool silent_ = false;
  std::array<float, kSliceFrames> slice_{};
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Output> make_null_output(double speed) {
  return std::make_unique<NullOutput>(speed);
}

}  // namespace streamtts::audio
