// Plays through an output audio unit, which converts to the device's rate and format.
//
// * "default" is the unit that follows the user's choice; a named device gets a unit of its own.
// * stop() shuts the port at once and leaves the unit running until what it was given has been heard: a unit
//   that is stopped drops its buffer, and takes long to start again on a wireless device. Then it is stopped,
//   for a running unit keeps the machine awake.
// * The watch's thread and the controlling thread meet in `control_mutex_`; the render callback meets
//   neither, only the port.
#include <AudioToolbox/AudioToolbox.h>
#include <CoreAudio/CoreAudio.h>
#include <CoreFoundation/CoreFoundation.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>

#include "audio/coreaudio/coreaudio.hpp"
#include "audio/coreaudio/coreaudio_device.hpp"
#include "audio/coreaudio/coreaudio_keep.hpp"
#include "audio/coreaudio/coreaudio_port.hpp"
#include "audio/coreaudio/coreaudio_status.hpp"
#include "audio/coreaudio/coreaudio_watch.hpp"
#include "audio/output.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

using coreaudio::check;
using coreaudio::DeviceNews;
using coreaudio::DeviceWatch;
using coreaudio::RenderPort;
using Clock = std::chrono::steady_clock;

constexpr double kForever = std::numeric_limits<double>::infinity();
constexpr double kLingerS = 0.5;  // besides twice the latency
constexpr AudioUnitElement kOutputBus = 0;
// Both, because a unit given one channel plays it on the left.
constexpr UInt32 kChannels = 2;
// A slice may be larger than the buffer: another device has taken over, or the unit converts to a lower rate.
constexpr double kFewestSliceFrames = 4096;
constexpr double kMostSliceFrames = 1U << 20U;

struct UnitDisposer {
  void operator()(AudioUnit unit) const noexcept {
    (void)AudioUnitUninitialize(unit);
    (void)AudioComponentInstanceDispose(unit);
  }
};
using Unit = std::unique_ptr<std::remove_pointer_t<AudioUnit>, UnitDisposer>;

Unit make_unit(OSType sub_type) {
  AudioComponentDescription wanted{};
  wanted.componentType = kAudioUnitType_Output;
  wanted.componentSubType = sub_type;
  wanted.componentManufacturer = kAudioUnitManufacturer_Apple;
  AudioComponent component = AudioComponentFindNext(nullptr, &wanted);
  if (component == nullptr) throw Error("cannot find the sound output of macOS");
  AudioUnit unit = nullptr;
  check(AudioComponentInstanceNew(component, &unit), "open the sound output");
  return Unit(unit);
}

template <class Value>
OSStatus set(AudioUnit unit, AudioUnitPropertyID property, AudioUnitScope scope, const Value& value) {
  return AudioUnitSetProperty(unit, property, scope, kOutputBus, &value, sizeof value);
}

AudioObjectID device_of(AudioUnit unit) {
  AudioObjectID device = kAudioObjectUnknown;
  UInt32 size = sizeof device;
  const OSStatus status = AudioUnitGetProperty(unit, kAudioOutputUnitProperty_CurrentDevice,
                                               kAudioUnitScope_Global, kOutputBus, &device, &size);
  return status == noErr ? device : kAudioObjectUnknown;
}

AudioStreamBasicDescription float_format(double rate_hz) {
  AudioStreamBasicDescription format{};
  format.mSampleRate = rate_hz;
  format.mFormatID = kAudioFormatLinearPCM;
  format.mFormatFlags = AudioFormatFlags{kAudioFormatFlagsNativeFloatPacked} |
                        AudioFormatFlags{kAudioFormatFlagIsNonInterleaved};
  format.mBytesPerPacket = sizeof(float);
  format.mFramesPerPacket = 1;
  format.mBytesPerFrame = sizeof(float);
  format.mChannelsPerFrame = kChannels;
  format.mBitsPerChannel = 8 * sizeof(float);
  return format;
}

// Returns the rate the unit took.
std::uint32_t set_format(AudioUnit unit, std::uint32_t rate_hz, double device_rate_hz) {
  const OSStatus status =
      set(unit, kAudioUnitProperty_StreamFormat, kAudioUnitScope_Input, float_format(rate_hz));
  if (status == noErr) return rate_hz;
  const auto device_rate = static_cast<std::uint32_t>(device_rate_hz);
  if (device_rate == 0 || device_rate == rate_hz) check(status, "set the sound format");
  check(set(unit, kAudioUnitProperty_StreamFormat, kAudioUnitScope_Input, float_format(device_rate)),
        "set the sound format");
  return device_rate;
}

UInt32 largest_slice(std::uint32_t rate_hz, double device_rate_hz, std::uint32_t buffer_frames) {
  const double ratio = device_rate_hz > 0 ? std::max(1.0, rate_hz / device_rate_hz) : 1.0;
  return static_cast<UInt32>(std::clamp(4.0 * ratio * buffer_frames, kFewestSliceFrames, kMostSliceFrames));
}

class CoreAudioOutput final : public Output {
 public:
  explicit CoreAudioOutput(std::string uid) : uid_(std::move(uid)) {}
  ~CoreAudioOutput() override { close_all(); }
  CoreAudioOutput(const CoreAudioOutput&) = delete;
  CoreAudioOutput& operator=(const CoreAudioOutput&) = delete;

  std::uint32_t open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) override;
  void start() override;
  void stop() override;
  // At most one buffer is under way, and the system takes none back.
  bool drop() override { return false; }
  void drain() override;
  double latency_s() const override { return latency_s_.load(std::memory_order_relaxed); }
  void close() override { close_all(); }

 private:
  void close_all() noexcept;
  Unit make_unit_on_device();
  double hear(const DeviceNews& news);
  std::optional<std::string> loss_in(const DeviceNews& news) const;
  void tell_lost(const std::string& why);
  void tell_default(AudioObjectID device);
  double park();

  const std::string uid_;  // empty: the default device
  OutputListener* listener_ = nullptr;
  coreaudio::Outliving<RenderPort> port_;
  Unit unit_;
  AudioObjectID device_ = kAudioObjectUnknown;
  std::unique_ptr<DeviceWatch> watch_;
  std::atomic<double> latency_s_{0.0};
  AudioObjectID told_default_ = kAudioObjectUnknown;  // the watch's thread's own

  std::mutex control_mutex_;
  bool wanted_ = false;   // between start() and stop()
  bool running_ = false;  // the unit is
  bool lost_ = false;     // told so: only close() helps
  Clock::time_point park_at_;
};

std::uint32_t CoreAudioOutput::open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) {
  close_all();
  unit_ = make_unit_on_device();
  port_.reset(new RenderPort(source));
  const std::uint32_t buffer_frames = coreaudio::settle_buffer_frames(device_);
  const double device_rate_hz = coreaudio::nominal_rate_hz(device_);
  rate_hz = set_format(unit_.get(), rate_hz, device_rate_hz);
  check(set(unit_.get(), kAudioUnitProperty_MaximumFramesPerSlice, kAudioUnitScope_Global,
            largest_slice(rate_hz, device_rate_hz, buffer_frames)),
        "set the sound buffer");
  const AURenderCallbackStruct callback = {.inputProc = &RenderPort::render, .inputProcRefCon = port_.get()};
  check(set(unit_.get(), kAudioUnitProperty_SetRenderCallback, kAudioUnitScope_Input, callback),
        "set up the sound output");
  check(AudioUnitInitialize(unit_.get()), "set up the sound output");
  latency_s_.store(coreaudio::output_latency_s(device_), std::memory_order_relaxed);
  listener_ = &listener;
  told_default_ = device_;
  lost_ = false;
  watch_ = std::make_unique<DeviceWatch>(device_, uid_.empty(),
                                         [this](const DeviceNews& news) { return hear(news); });
  return rate_hz;
}

// The unit first, for the default may change while we look.
Unit CoreAudioOutput::make_unit_on_device() {
  if (uid_.empty()) {
    if (coreaudio::default_output_device() == kAudioObjectUnknown) throw Error("there is no sound device");
    Unit unit = make_unit(kAudioUnitSubType_DefaultOutput);
    device_ = device_of(unit.get());
    if (device_ == kAudioObjectUnknown) device_ = coreaudio::default_output_device();
    return unit;
  }
  device_ = coreaudio::device_with_uid(uid_);
  if (device_ == kAudioObjectUnknown) throw Error("the sound device \"" + uid_ + "\" is not connected");
  Unit unit = make_unit(kAudioUnitSubType_HALOutput);
  check(set(unit.get(), kAudioOutputUnitProperty_CurrentDevice, kAudioUnitScope_Global, device_),
        "choose the sound device");
  return unit;
}

void CoreAudioOutput::start() {
  const std::scoped_lock lock(control_mutex_);
  if (!watch_) throw Error("cannot start a sound device that is not open");
  if (lost_) return;
  if (!running_) check(AudioOutputUnitStart(unit_.get()), "start the sound device");
  running_ = true;
  wanted_ = true;
  port_->open();
}

void CoreAudioOutput::stop() {
  if (!watch_) return;
  port_->shut();
  {
    const std::scoped_lock lock(control_mutex_);
    wanted_ = false;
    const std::chrono::duration<double> linger((2 * latency_s()) + kLingerS);
    park_at_ = Clock::now() + std::chrono::duration_cast<Clock::duration>(linger);
  }
  watch_->nudge();
}

void CoreAudioOutput::drain() {
  {
    const std::scoped_lock lock(control_mutex_);
    if (!running_) return;  // parked: all was heard
  }
  std::this_thread::sleep_for(std::chrono::duration<double>(latency_s()));
}

void CoreAudioOutput::close_all() noexcept {
  if (port_) port_->shut();
  watch_.reset();  // from here on we are alone
  if (unit_ && running_) (void)AudioOutputUnitStop(unit_.get());
  running_ = false;
  wanted_ = false;
  unit_.reset();
  port_.reset();
  device_ = kAudioObjectUnknown;
}

// On the watch's thread.
double CoreAudioOutput::hear(const DeviceNews& news) {
  for (std::uint32_t i = 0; i < news.overloads; ++i) listener_->output_overloaded();
  if (news.timing_changed) {
    latency_s_.store(coreaudio::output_latency_s(device_), std::memory_order_relaxed);
  }
  if (const std::optional<std::string> loss = loss_in(news)) {
    tell_lost(*loss);
  } else if (news.default_changed) {
    tell_default(coreaudio::default_output_device());
  }
  return park();
}

void CoreAudioOutput::tell_lost(const std::string& why) {
  {
    const std::scoped_lock lock(control_mutex_);
    if (std::exchange(lost_, true)) return;
    port_->shut();
  }
  listener_->output_lost(Loss::kVanished, why);
}

// The same default is announced more than once. Without any there is nothing to move to.
void CoreAudioOutput::tell_default(AudioObjectID device) {
  if (device == kAudioObjectUnknown || std::exchange(told_default_, device) == device) return;
  listener_->default_changed();
}

std::optional<std::string> CoreAudioOutput::loss_in(const DeviceNews& news) const {
  if (news.stopped) return "the sound system stopped the device";
  if (news.life_changed && !coreaudio::is_alive(device_)) return "the sound device is gone";
  return std::nullopt;
}

// Stops the unit once what it was given before stop() has been heard; how long to wait until then.
double CoreAudioOutput::park() {
  const std::scoped_lock lock(control_mutex_);
  if (wanted_ || !running_) return kForever;
  const double left_s = std::chrono::duration<double>(park_at_ - Clock::now()).count();
  if (left_s > 0) return left_s;
  (void)AudioOutputUnitStop(unit_.get());
  running_ = false;
  return kForever;
}

}  // namespace

std::unique_ptr<Output> make_coreaudio_output(std::string uid) {
  return std::make_unique<CoreAudioOutput>(std::move(uid));
}

}  // namespace streamtts::audio
