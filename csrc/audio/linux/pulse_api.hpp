// The part of libpulse that we use, declared by ourselves: no headers to build, no library to start the
// program. Layouts and values are those of its stable interface; a test compares them with the real header.
#pragma once

#include <sys/time.h>

#include <cstddef>
#include <cstdint>

#include "audio/linux/dynamic_library.hpp"

namespace streamtts::audio::pulse {

struct Mainloop;
struct MainloopApi;
struct Context;
struct Stream;
struct Operation;
struct Proplist;
struct TimeEvent;
struct ChannelMap;
struct Volume;
struct SpawnApi;

using Microseconds = std::uint64_t;

enum ContextState : int { kContextReady = 4, kContextFailed = 5, kContextTerminated = 6 };
enum StreamState : int { kStreamReady = 2, kStreamFailed = 3, kStreamTerminated = 4 };
enum SeekMode : int { kSeekRelative = 0, kSeekAbsolute = 1 };
inline constexpr int kContextNoAutospawn = 0x1;
inline constexpr int kSampleFloat32Le = 5;
inline constexpr int kInterpolateTiming = 0x2;
inline constexpr int kAutoTimingUpdate = 0x8;
inline constexpr int kAdjustLatency = 0x2000;
inline constexpr int kSubscribeServer = 0x80;

struct SampleSpec {
  int format;
  std::uint32_t rate;
  std::uint8_t channels;
};

struct BufferAttr {
  std::uint32_t maxlength;
  std::uint32_t tlength;
  std::uint32_t prebuf;
  std::uint32_t minreq;
  std::uint32_t fragsize;
};

struct TimingInfo {
  timeval timestamp;
  int synchronized_clocks;
  Microseconds sink_usec;
  Microseconds source_usec;
  Microseconds transport_usec;
  int playing;
  int write_index_corrupt;
  std::int64_t write_index;
  int read_index_corrupt;
  std::int64_t read_index;
  Microseconds configured_sink_usec;
  Microseconds configured_source_usec;
  std::int64_t since_underrun;
};

// The library makes these; they go on after what is declared.
struct SinkInfo {
  const char* name;
  std::uint32_t index;
  const char* description;
};

struct ServerInfo {
  const char* user_name;
  const char* host_name;
  const char* server_version;
  const char* server_name;
  SampleSpec sample_spec;
  const char* default_sink_name;
};

using ContextCallback = void(Context*, void*);
using StreamCallback = void(Stream*, void*);
using StreamRequest = void(Stream*, std::size_t bytes, void*);
using StreamSuccess = void(Stream*, int success, void*);
using SinkCallback = void(Context*, const SinkInfo*, int end, void*);
using ServerCallback = void(Context*, const ServerInfo*, void*);
using SubscriptionCallback = void(Context*, int event, std::uint32_t index, void*);
using TimeCallback = void(MainloopApi*, TimeEvent*, const timeval*, void*);
using FreeCallback = void(void*);

// Every function of the library, under its name there without "pa_".
struct Api {
  Api();  // throws streamtts::Error if the library is not installed

  DynamicLibrary library{"libpulse.so.0"};

  Mainloop* (*threaded_mainloop_new)();
  void (*threaded_mainloop_free)(Mainloop*);
  int (*threaded_mainloop_start)(Mainloop*);
  void (*threaded_mainloop_stop)(Mainloop*);
  void (*threaded_mainloop_lock)(Mainloop*);
  void (*threaded_mainloop_unlock)(Mainloop*);
  MainloopApi* (*threaded_mainloop_get_api)(Mainloop*);

  Proplist* (*proplist_new)();
  void (*proplist_free)(Proplist*);
  int (*proplist_sets)(Proplist*, const char* key, const char* value);

  Context* (*context_new_with_proplist)(MainloopApi*, const char* name, const Proplist*);
  void (*context_unref)(Context*);
  int (*context_connect)(Context*, const char* server, int flags, const SpawnApi*);
  void (*context_disconnect)(Context*);
  int (*context_get_state)(const Context*);
  int (*context_errno)(const Context*);
  void (*context_set_state_callback)(Context*, ContextCallback*, void*);
  void (*context_set_subscribe_callback)(Context*, SubscriptionCallback*, void*);
  Operation* (*context_subscribe)(Context*, int mask, void*, void*);
  Operation* (*context_get_server_info)(Context*, ServerCallback*, void*);
  Operation* (*context_get_sink_info_list)(Context*, SinkCallback*, void*);
  TimeEvent* (*context_rttime_new)(const Context*, Microseconds at, TimeCallback*, void*);
  void (*context_rttime_restart)(const Context*, TimeEvent*, Microseconds at);
  Microseconds (*rtclock_now)();

  Stream* (*stream_new)(Context*, const char* name, const SampleSpec*, const ChannelMap*);
  void (*stream_unref)(Stream*);
  int (*stream_connect_playback)(Stream*, const char* sink, const BufferAttr*, int flags, const Volume*,
                                 Stream*);
  int (*stream_disconnect)(Stream*);
  int (*stream_get_state)(const Stream*);
  const char* (*stream_get_device_name)(const Stream*);
  void (*stream_set_state_callback)(Stream*, StreamCallback*, void*);
  void (*stream_set_write_callback)(Stream*, StreamRequest*, void*);
  void (*stream_set_underflow_callback)(Stream*, StreamCallback*, void*);
  Operation* (*stream_set_buffer_attr)(Stream*, const BufferAttr*, StreamSuccess*, void*);
  std::size_t (*stream_writable_size)(const Stream*);
  int (*stream_begin_write)(Stream*, void** data, std::size_t* bytes);
  int (*stream_write)(Stream*, const void* data, std::size_t bytes, FreeCallback*, std::int64_t offset,
                      int seek);
  Operation* (*stream_drain)(Stream*, StreamSuccess*, void*);
  Operation* (*stream_update_timing_info)(Stream*, StreamSuccess*, void*);
  const TimingInfo* (*stream_get_timing_info)(Stream*);
  int (*stream_get_latency)(Stream*, Microseconds* latency, int* negative);

  void (*operation_unref)(Operation*);
  const char* (*strerror)(int error);
};

// Loaded once, at the first call that finds the library.
const Api& api();

}  // namespace streamtts::audio::pulse
