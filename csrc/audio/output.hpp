// Where sound leaves the program: a device, a file, a pipe, or a clock that only counts.
// An output pulls mono float frames from a RenderSource; only its own file names an OS audio API.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "audio/realtime.hpp"

namespace streamtts::audio {

// Called from the device's own thread: it never locks, allocates, logs or makes a blocking system call.
class RenderSource {
 public:
  // Fills all `frames`, with silence where there is nothing to say.
  virtual void render(float* out, std::uint32_t frames) noexcept STREAMTTS_NONBLOCKING = 0;
  // How many frames render() would fill right now without padding: what an output without a clock may take.
  virtual std::uint32_t ready_frames() const noexcept STREAMTTS_NONBLOCKING = 0;
  // After render(), by the same thread: nothing but silence would come until the output's next data_ready().
  virtual bool at_rest() const noexcept STREAMTTS_NONBLOCKING { return false; }
  // So much silence was heard without being asked for. Like render(), never beside it.
  virtual void skip_silence(std::uint64_t) noexcept STREAMTTS_NONBLOCKING {}

 protected:
  ~RenderSource() = default;
};

enum class Loss {
  kVanished,  // a device is gone or failed: open the default one in its place
  kBroken,    // a file cannot grow: nothing can take its place, so tell the user why and end
  kClosed,    // the reader of our pipe went away: end quietly
};

// Told by an output, on any thread but never the one that renders. Must return at once, so it may not close
// the output. After output_lost the output never renders again.
class OutputListener {
 public:
  virtual void output_lost(Loss loss, const std::string& why) = 0;
  virtual void default_changed() = 0;    // the user chose another default device, and we play on the old one
  virtual void output_overloaded() = 0;  // the device reports that we were too slow

 protected:
  ~OutputListener() = default;
};

// Controlled by one thread at a time; latency_s, real_time and data_ready may be called from any.
class Output {
 public:
  virtual ~Output() = default;

  // Opens at `rate_hz` if the device can play or convert it well, else at its own rate; returns the rate.
  // Throws streamtts::Error with one sentence for the user.
  virtual std::uint32_t open(std::uint32_t rate_hz, RenderSource& source, OutputListener& listener) = 0;
  virtual void start() = 0;
  // Frames rendered so far stay queued in the device and play on; render() is not called again until start().
  virtual void stop() = 0;
  // Fades out and discards what the device has been given but has not played, and mutes what is rendered from
  // now on until its first zero sample, so that the source's own fade is not heard a second time. Takes some
  // milliseconds at most. False if the device keeps what it has: then the source's fade is the one heard.
  virtual bool drop() = 0;
  // Blocks until everything rendered has been heard, at most about twice the latency.
  virtual void drain() = 0;
  // From render() to the ear, as well as the device knows.
  virtual double latency_s() const = 0;
  virtual void close() = 0;

  // A file or a pipe has no clock: it renders just what is ready, as fast as it is written, and never
  // silence.
  virtual bool real_time() const { return true; }
  // ready_frames() may have grown: after a write, a flush, a resume, or the end of a sentence.
  virtual void data_ready() {}
};

struct DeviceInfo {
  std::string name;         // what --output takes
  std::string description;  // what a person calls it
  bool is_default;
};

// "default", "null" (or "null:20", a clock 20 times too fast), "wav:FILE", "raw:-" or "raw:FILE" (with
// ",rate=48000,format=s16|f32" after it), or a device's name ("pulse:" or "alsa:" before it forces the
// system). An unknown name throws streamtts::Error that lists the right ones.
std::unique_ptr<Output> make_output(const std::string& name);

// The devices of the system's sound server or driver; empty where there is none.
std::vector<DeviceInfo> list_devices();

}  // namespace streamtts::audio
