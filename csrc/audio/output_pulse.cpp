// PulseAudio, and PipeWire through its own server of that kind. All rendering happens on libpulse's thread,
// which other threads keep waiting for microseconds at most.
#include <sys/time.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "audio/linux/linux_outputs.hpp"
#include "audio/linux/pulse_api.hpp"
#include "audio/linux/pulse_connection.hpp"
#include "audio/linux/pulse_default.hpp"
#include "audio/linux/sent_audio.hpp"
#include "audio/linux/thread_priority.hpp"
#include "audio/notifier.hpp"
#include "audio/output.hpp"
#include "audio/resting.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

constexpr double kBufferSeconds = 0.020;
constexpr double kLongestBufferSeconds = 0.160;
constexpr double kRequestShare = 0.25;
constexpr double kOpenLimitSeconds = 3.0;
constexpr double kDropLimitSeconds = 0.020;
constexpr double kDropMarginSeconds = 0.00525;  // the server reads 5 ms at once, perhaps while we rewrite
constexpr double kFadeSeconds = 0.004;
constexpr double kGateSeconds = 0.010;
constexpr double kDrainGraceSeconds = 0.1;
constexpr double kHistorySeconds = 0.5;
constexpr std::chrono::seconds kCalm{10};
constexpr std::chrono::milliseconds kUnderflowNewsDelay{100};  // the server tells of it that much later
constexpr std::uint32_t kFrameBytes = sizeof(float);

class PulseOutput final : public Output {
 public:
  explicit PulseOutput(std::string sink) : api_(pulse::api()), sink_(std::move(sink)) {}
  ~PulseOutput() override { close(); }

  std::uint32_t open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) override;
  void start() override;
  void stop() override;
  bool drop() override;
  void drain() override;
  double latency_s() const override { return latency_s_.load(std::memory_order_relaxed); }
  void close() override;
  void data_ready() override;

 private:
  struct Drop {
    std::uint64_t mark = 0;  // what was sent before it is to go
    bool done = true;
    bool faded = false;
  };

  std::size_t frames_in(double seconds) const { return static_cast<std::size_t>(seconds * rate_hz_); }
  bool connect();
  pulse::BufferAttr buffer() const;
  bool gone() const;

  // With the connection's lock held.
  void finish_drop();
  void on_state();
  void on_underflow();
  void set_buffer(double seconds);
  void shorten_buffer();
  void on_request(std::size_t bytes);
  void rest(std::uint64_t calls_before);
  void render(std::size_t bytes);
  bool fade_queued(std::uint64_t mark);
  void measure_latency();
  std::int64_t frames_since(const pulse::TimingInfo& timing) const;
  void release(pulse::Operation* operation) const;

  const pulse::Api& api_;
  const std::string sink_;
  std::uint32_t rate_hz_ = 0;
  RenderSource* source_ = nullptr;
  std::unique_ptr<Notifier> notifier_;
  std::unique_ptr<PulseDefault> default_;
  std::unique_ptr<PulseConnection> connection_;
  pulse::Stream* stream_ = nullptr;
  std::unique_ptr<SentAudio> sent_;
  FadeGate gate_;
  double buffer_s_ = kBufferSeconds;
  bool opened_ = false;
  bool playing_ = false;
  Resting silence_;
  std::atomic<bool> resting_{false};      // not playing, until data_ready()
  std::atomic<std::uint64_t> calls_{0};   // of data_ready()
  Resting::Clock::time_point rested_;     // until then
  Resting::Clock::time_point underflow_;  // the last one, or since when the buffer is shorter
  bool prioritized_ = false;              // libpulse's thread, which is a new one with every open()
  Drop drop_;
  bool drained_ = false;  // what drain() waits for
  std::atomic<double> latency_s_{kBufferSeconds};
};

std::uint32_t PulseOutput::open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) {
  close();
  source_ = &source;
  rate_hz_ = rate_hz;
  buffer_s_ = kBufferSeconds;
  playing_ = resting_ = opened_ = prioritized_ = false;
  sent_ = std::make_unique<SentAudio>(frames_in(kHistorySeconds));
  gate_.open();
  notifier_ = std::make_unique<Notifier>(listener);
  connection_ = std::make_unique<PulseConnection>([this] {
    if (opened_) on_state();  // before that, the connection may not exist yet
  });
  const bool asked = connect();
  const bool answered = asked && connection_->wait(kOpenLimitSeconds, [this] {
    return gone() || api_.stream_get_state(stream_) == pulse::kStreamReady;
  });
  std::string failure;
  {
    const auto alone = connection_->locked();
    opened_ = answered && !gone();
    failure = connection_->last_error();
    if (opened_ && sink_.empty()) {
      default_ =
          std::make_unique<PulseDefault>(*connection_, stream_, [this] { notifier_->default_changed(); });
    }
  }
  if (opened_) return rate_hz_;
  close();
  throw Error("the sound server does not play on " + (sink_.empty() ? "its default device" : sink_) + ": " +
              failure);
}

bool PulseOutput::connect() {
  const auto alone = connection_->locked();
  const pulse::SampleSpec spec{.format = pulse::kSampleFloat32Le, .rate = rate_hz_, .channels = 1};
  stream_ = api_.stream_new(connection_->context(), "speech", &spec, nullptr);
  if (stream_ == nullptr) return false;
  api_.stream_set_state_callback(
      stream_, [](pulse::Stream*, void* self) { static_cast<PulseOutput*>(self)->on_state(); }, this);
  api_.stream_set_write_callback(
      stream_,
      [](pulse::Stream*, std::size_t bytes, void* self) {
        static_cast<PulseOutput*>(self)->on_request(bytes);
      },
      this);
  api_.stream_set_underflow_callback(
      stream_, [](pulse::Stream*, void* self) { static_cast<PulseOutput*>(self)->on_underflow(); }, this);
  const pulse::BufferAttr wanted = buffer();
  return api_.stream_connect_playback(
             stream_, sink_.empty() ? nullptr : sink_.c_str(), &wanted,
             pulse::kInterpolateTiming | pulse::kAutoTimingUpdate | pulse::kAdjustLatency, nullptr,
             nullptr) >= 0;
}

pulse::BufferAttr PulseOutput::buffer() const {
  const auto bytes = [this](double seconds) {
    return static_cast<std::uint32_t>(frames_in(seconds)) * kFrameBytes;
  };
  // One frame starts it. Without that (prebuf 0) the server never reports a drain.
  return {.maxlength = UINT32_MAX,
          .tlength = bytes(buffer_s_),
          .prebuf = kFrameBytes,
          .minreq = bytes(buffer_s_ * kRequestShare),
          .fragsize = UINT32_MAX};
}

// This machine is too busy for so small a buffer: a gap once is better than gaps all the time. A gap in
// silence says little, since it is the loading of a voice that makes a machine busy then.
void PulseOutput::on_underflow() {
  if (!playing_ || source_->at_rest() || Resting::Clock::now() - rested_ < kUnderflowNewsDelay) return;
  notifier_->overloaded();
  underflow_ = Resting::Clock::now();
  set_buffer(std::min(2 * buffer_s_, kLongestBufferSeconds));
}

void PulseOutput::set_buffer(double seconds) {
  if (seconds == buffer_s_) return;
  buffer_s_ = seconds;
  const pulse::BufferAttr wanted = buffer();
  release(api_.stream_set_buffer_attr(stream_, &wanted, nullptr, nullptr));
}

bool PulseOutput::gone() const {
  const int state = stream_ == nullptr ? pulse::kStreamFailed : api_.stream_get_state(stream_);
  return connection_->ended() || state == pulse::kStreamFailed || state == pulse::kStreamTerminated;
}

void PulseOutput::on_state() {
  connection_->changed();
  if (!opened_ || !gone()) return;
  playing_ = false;
  notifier_->lost(Loss::kVanished,
                  connection_->ended() ? "the sound server ended" : "the sound device is gone");
}

void PulseOutput::start() {
  const auto alone = connection_->locked();
  if (playing_ || gone()) return;
  playing_ = true;
  resting_ = false;
  silence_ = Resting();
  gate_.open();
  render(api_.stream_writable_size(stream_));
}

void PulseOutput::data_ready() {
  ++calls_;
  if (!resting_) return;
  const auto alone = connection_->locked();
  if (!resting_.exchange(false) || gone()) return;
  source_->skip_silence(frames_in(silence_.end_s()));
  rested_ = Resting::Clock::now();
  playing_ = true;
  render(api_.stream_writable_size(stream_));
}

void PulseOutput::stop() {
  if (!connection_) return;
  const auto alone = connection_->locked();
  playing_ = resting_ = false;
}

void PulseOutput::on_request(std::size_t bytes) {
  if (!std::exchange(prioritized_, true)) ask_for_priority();
  const std::uint64_t calls = calls_;
  render(bytes);
  if (!playing_) return;
  const bool silent = source_->at_rest();
  if (silence_.due(silent)) {
    rest(calls);
  } else if (silent && Resting::Clock::now() - underflow_ >= kCalm) {
    shorten_buffer();
  }
}

// Unless data_ready() was called since `calls_before`: its caller may not have seen that we rest.
void PulseOutput::rest(std::uint64_t calls_before) {
  resting_ = true;
  resting_ = calls_ == calls_before;
  playing_ = !resting_;
  if (resting_) shorten_buffer();
}

// What made the machine busy may be over: the price of the longer buffer is paid in every sentence.
void PulseOutput::shorten_buffer() {
  underflow_ = Resting::Clock::now();
  set_buffer(std::max(buffer_s_ / 2, kBufferSeconds));
}

void PulseOutput::render(std::size_t bytes) {
  while (playing_ && bytes >= kFrameBytes && bytes != SIZE_MAX) {
    void* data = nullptr;
    std::size_t room = bytes;
    if (api_.stream_begin_write(stream_, &data, &room) < 0 || data == nullptr) return;
    const std::size_t frames = std::min(room, bytes) / kFrameBytes;
    const std::span<float> rendered(static_cast<float*>(data), frames);
    source_->render(rendered.data(), static_cast<std::uint32_t>(frames));
    gate_.apply(rendered);
    sent_->append(rendered);
    if (api_.stream_write(stream_, data, frames * kFrameBytes, nullptr, 0, pulse::kSeekRelative) < 0) return;
    bytes -= frames * kFrameBytes;
  }
  measure_latency();
}

void PulseOutput::measure_latency() {
  pulse::Microseconds latency = 0;
  int negative = 0;
  if (api_.stream_get_latency(stream_, &latency, &negative) < 0) return;
  // Negative right after a drain, while the server's answer is older than what was written since.
  if (negative == 0) latency_s_.store(static_cast<double>(latency) * 1e-6, std::memory_order_relaxed);
}

bool PulseOutput::drop() {
  {
    const auto alone = connection_->locked();
    if (gone()) return false;
    drop_ = Drop{.mark = sent_->end(), .done = false, .faded = false};
    gate_.close(frames_in(kGateSeconds));
    // On libpulse's own thread the answer is used at once; here it would be old before this thread runs
    // again.
    const auto on_timed = [](pulse::Stream*, int, void* self) {
      static_cast<PulseOutput*>(self)->finish_drop();
    };
    release(api_.stream_update_timing_info(stream_, on_timed, this));
  }
  connection_->wait(kDropLimitSeconds, [this] { return drop_.done || gone(); });
  const auto alone = connection_->locked();
  finish_drop();
  return drop_.faded;
}

// With the server's answer, or after too long a wait with the last one carried on by the clock.
void PulseOutput::finish_drop() {
  if (std::exchange(drop_.done, true)) return;
  drop_.faded = !gone() && fade_queued(drop_.mark);
  if (!drop_.faded) gate_.open();
  connection_->changed();
}

// Rewrites what the server has not read yet, from a little after its reading point.
bool PulseOutput::fade_queued(std::uint64_t mark) {
  const pulse::TimingInfo* timing = api_.stream_get_timing_info(stream_);
  if (timing == nullptr || timing->read_index_corrupt != 0 || timing->write_index_corrupt != 0) return false;
  const std::int64_t written = timing->write_index / kFrameBytes;
  const std::int64_t reading = timing->read_index / kFrameBytes + frames_since(*timing) +
                               static_cast<std::int64_t>(frames_in(kDropMarginSeconds));
  const std::int64_t first_kept = written - static_cast<std::int64_t>(sent_->end() - sent_->oldest());
  const auto from_end = static_cast<std::uint64_t>(written - std::clamp(reading, first_kept, written));
  const std::uint64_t begin = sent_->end() - from_end;
  if (begin >= mark) return true;
  const std::vector<float> rewritten = sent_->fade_out(begin, mark, frames_in(kFadeSeconds));
  const std::int64_t offset = (written - static_cast<std::int64_t>(from_end)) * kFrameBytes;
  return api_.stream_write(stream_, rewritten.data(), rewritten.size() * kFrameBytes, nullptr, offset,
                           pulse::kSeekAbsolute) >= 0;
}

std::int64_t PulseOutput::frames_since(const pulse::TimingInfo& timing) const {
  timeval now{};
  gettimeofday(&now, nullptr);
  const double elapsed_s = static_cast<double>(now.tv_sec - timing.timestamp.tv_sec) +
                           static_cast<double>(now.tv_usec - timing.timestamp.tv_usec) * 1e-6;
  // A clock that was set in between must not carry us away.
  return timing.playing == 0
             ? 0
             : static_cast<std::int64_t>(frames_in(std::clamp(elapsed_s, 0.0, kDropLimitSeconds)));
}

// The server knows best when its last sample is out, and can only say so while we give it nothing new.
void PulseOutput::drain() {
  bool was_playing = false;
  {
    const auto alone = connection_->locked();
    if (gone()) return;
    was_playing = std::exchange(playing_, false);
    drained_ = false;
    const auto on_drained = [](pulse::Stream*, int, void* self) {
      static_cast<PulseOutput*>(self)->drained_ = true;
      static_cast<PulseOutput*>(self)->connection_->changed();
    };
    release(api_.stream_drain(stream_, on_drained, this));
  }
  connection_->wait(2 * latency_s() + kDrainGraceSeconds, [this] { return drained_ || gone(); });
  if (was_playing) start();
}

void PulseOutput::close() {
  if (!connection_) return;
  {
    const auto alone = connection_->locked();
    playing_ = resting_ = opened_ = false;
    if (default_) default_->forget_stream();
    if (stream_ != nullptr) {
      api_.stream_set_state_callback(stream_, nullptr, nullptr);
      api_.stream_set_write_callback(stream_, nullptr, nullptr);
      api_.stream_set_underflow_callback(stream_, nullptr, nullptr);
      api_.stream_disconnect(stream_);
      api_.stream_unref(stream_);
      stream_ = nullptr;
    }
  }
  connection_.reset();
  default_.reset();
  notifier_.reset();
}

void PulseOutput::release(pulse::Operation* operation) const {
  if (operation != nullptr) api_.operation_unref(operation);
}

}  // namespace

std::unique_ptr<Output> make_pulse_output(const std::string& sink) {
  return std::make_unique<PulseOutput>(sink);
}

}  // namespace streamtts::audio
