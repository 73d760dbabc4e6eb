// A sound system of our own behind Core Audio's names: devices that come, change and go, units with a render
// thread, errors on demand, and complaints about everything that the real one would not forgive.
#pragma once

#include <CoreAudio/CoreAudio.h>

#include <cstddef>
#include <string>
#include <vector>

namespace fake {

struct DeviceSetup {
  std::string uid;
  std::string name;
  double rate_hz = 48000;
  UInt32 buffer_frames = 512;
  UInt32 fewest_frames = 15;
  UInt32 most_frames = 4096;
  bool takes_buffer_size = true;
  UInt32 latency_frames = 0;
  UInt32 safety_frames = 0;
  UInt32 stream_latency_frames = 0;
  bool hidden = false;
  bool has_output = true;
};

// How units behave from their next start on.
struct Habits {
  std::vector<UInt32>
      slices;                // sizes in turn; empty: around the device's buffer, and now and then a large one
  unsigned late_slices = 0;  // rendered after stop returned, even if the unit is disposed of
  unsigned channels_a_buffer = 1;  // interleaved, against what the format says, if more than one
  bool first_buffer_missing = false;
  AudioObjectID default_while_opening = 0;  // taken over, too early for any listener, by the next unit set up
  bool dies_while_opening = false;          // so does the device of that unit
  bool refuses_other_rates = false;         // a format must have the device's rate
};

// The system anew: no devices, no errors, no complaints. Waits for what is still late from before.
void reset();
Habits& habits();

AudioObjectID add_device(const DeviceSetup& setup);
// These announce the change, on another thread, and return when the listeners have returned.
void set_default(AudioObjectID device);
void kill_device(AudioObjectID device);  // no object any more once it was announced
void set_rate(AudioObjectID device, double rate_hz);
void stop_abnormally(AudioObjectID device);
void restart_service();
void announce_default();  // although it is the same
// No cycle begins until time goes on. It flies here, a hundred times as fast as a real device's: what is
// written in pieces meanwhile may come too late.
void stop_time();
void let_time_go_on();
// Announced by the thread that renders, within its cycle; needs a running unit.
void overload();
// Calls the listeners that were removed since the last time, as if a notification had been under way.
void announce_to_the_removed();

UInt32 buffer_frames(AudioObjectID device);
std::size_t buffer_requests();  // how often a buffer size was set, or tried to

// Every call of this function fails, or only those for one selector or property; heal() ends it.
void fail(const std::string& function, OSStatus status, UInt32 what = 0);
void heal();

// What was rendered into the units, in the order in which their cycles began; waits for what is late from
// units that were given up. First channel; the others were checked to equal it.
std::vector<float> played();
void forget_played();
std::size_t silent_slices();  // handed over with the flag that says so
void wait_for_slices(std::size_t more);
void wait_until_no_unit_runs();
bool any_unit_runs();
std::size_t starts();
UInt32 unit_sub_type();        // of the last unit made
UInt32 most_frames_a_slice();  // as the last unit was told
double unit_rate_hz();         // as the last unit was told

std::size_t live_units();
std::size_t live_listeners();
std::size_t live_strings();
std::vector<std::string> complaints();

}  // namespace fake
