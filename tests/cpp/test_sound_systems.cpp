// Where the real headers are installed, our own declarations of the sound systems must agree with them.
#include <cstddef>
#include <type_traits>

namespace {

// As a caller sees them, every pointer is the same and an enumeration is an int.
template <class Type>
struct Plain {
  using type = Type;
};
template <class Type>
  requires std::is_enum_v<Type>
struct Plain<Type> {
  using type = int;
};
template <class Type>
struct Plain<Type*> {
  using type = const void*;
};
template <class Function>
struct Signature;
template <class Result, class... Arguments>
struct Signature<Result (*)(Arguments...)> {
  using type = typename Plain<Result>::type (*)(typename Plain<Arguments>::type...);
};
template <class Ours, class Theirs>
constexpr bool same_call = std::is_same_v<typename Signature<Ours>::type, typename Signature<Theirs>::type>;

}  // namespace

#define SAME_PLACE(ours, theirs, member)                              \
  static_assert(offsetof(ours, member) == offsetof(theirs, member) && \
                sizeof(ours::member) == sizeof(theirs::member))

#if defined(__linux__) && __has_include(<pulse/pulseaudio.h>)
#include <pulse/pulseaudio.h>

#include "audio/linux/pulse_api.hpp"

namespace pulse = streamtts::audio::pulse;

static_assert(sizeof(pulse::Microseconds) == sizeof(pa_usec_t));
static_assert(static_cast<int>(pulse::kContextReady) == PA_CONTEXT_READY);
static_assert(static_cast<int>(pulse::kContextFailed) == PA_CONTEXT_FAILED);
static_assert(static_cast<int>(pulse::kContextTerminated) == PA_CONTEXT_TERMINATED);
static_assert(static_cast<int>(pulse::kStreamReady) == PA_STREAM_READY);
static_assert(static_cast<int>(pulse::kStreamFailed) == PA_STREAM_FAILED);
static_assert(static_cast<int>(pulse::kStreamTerminated) == PA_STREAM_TERMINATED);
static_assert(static_cast<int>(pulse::kSeekRelative) == PA_SEEK_RELATIVE);
static_assert(static_cast<int>(pulse::kSeekAbsolute) == PA_SEEK_ABSOLUTE);
static_assert(pulse::kContextNoAutospawn == PA_CONTEXT_NOAUTOSPAWN);
static_assert(pulse::kSampleFloat32Le == PA_SAMPLE_FLOAT32LE);
static_assert(pulse::kInterpolateTiming == PA_STREAM_INTERPOLATE_TIMING);
static_assert(pulse::kAutoTimingUpdate == PA_STREAM_AUTO_TIMING_UPDATE);
static_assert(pulse::kAdjustLatency == PA_STREAM_ADJUST_LATENCY);
static_assert(pulse::kSubscribeServer == PA_SUBSCRIPTION_MASK_SERVER);

static_assert(sizeof(pulse::SampleSpec) == sizeof(pa_sample_spec));
SAME_PLACE(pulse::SampleSpec, pa_sample_spec, format);
SAME_PLACE(pulse::SampleSpec, pa_sample_spec, rate);
SAME_PLACE(pulse::SampleSpec, pa_sample_spec, channels);

static_assert(sizeof(pulse::BufferAttr) == sizeof(pa_buffer_attr));
SAME_PLACE(pulse::BufferAttr, pa_buffer_attr, maxlength);
SAME_PLACE(pulse::BufferAttr, pa_buffer_attr, tlength);
SAME_PLACE(pulse::BufferAttr, pa_buffer_attr, prebuf);
SAME_PLACE(pulse::BufferAttr, pa_buffer_attr, minreq);

static_assert(sizeof(pulse::TimingInfo) == sizeof(pa_timing_info));
SAME_PLACE(pulse::TimingInfo, pa_timing_info, timestamp);
SAME_PLACE(pulse::TimingInfo, pa_timing_info, playing);
SAME_PLACE(pulse::TimingInfo, pa_timing_info, write_index_corrupt);
SAME_PLACE(pulse::TimingInfo, pa_timing_info, write_index);
SAME_PLACE(pulse::TimingInfo, pa_timing_info, read_index_corrupt);
SAME_PLACE(pulse::TimingInfo, pa_timing_info, read_index);

SAME_PLACE(pulse::SinkInfo, pa_sink_info, name);
SAME_PLACE(pulse::SinkInfo, pa_sink_info, description);
SAME_PLACE(pulse::ServerInfo, pa_server_info, default_sink_name);

#define SAME_CALL(name) static_assert(same_call<decltype(pulse::Api::name), decltype(&pa_##name)>)
SAME_CALL(threaded_mainloop_new);
SAME_CALL(threaded_mainloop_free);
SAME_CALL(threaded_mainloop_start);
SAME_CALL(threaded_mainloop_stop);
SAME_CALL(threaded_mainloop_lock);
SAME_CALL(threaded_mainloop_unlock);
SAME_CALL(threaded_mainloop_get_api);
SAME_CALL(proplist_new);
SAME_CALL(proplist_free);
SAME_CALL(proplist_sets);
SAME_CALL(context_new_with_proplist);
SAME_CALL(context_unref);
SAME_CALL(context_connect);
SAME_CALL(context_disconnect);
SAME_CALL(context_get_state);
SAME_CALL(context_errno);
SAME_CALL(context_set_state_callback);
SAME_CALL(context_set_subscribe_callback);
SAME_CALL(context_subscribe);
SAME_CALL(context_get_server_info);
SAME_CALL(context_get_sink_info_list);
SAME_CALL(context_rttime_new);
SAME_CALL(context_rttime_restart);
SAME_CALL(rtclock_now);
SAME_CALL(stream_new);
SAME_CALL(stream_unref);
SAME_CALL(stream_connect_playback);
SAME_CALL(stream_disconnect);
SAME_CALL(stream_get_state);
SAME_CALL(stream_get_device_name);
SAME_CALL(stream_set_state_callback);
SAME_CALL(stream_set_write_callback);
SAME_CALL(stream_set_underflow_callback);
SAME_CALL(stream_set_buffer_attr);
SAME_CALL(stream_writable_size);
SAME_CALL(stream_begin_write);
SAME_CALL(stream_write);
SAME_CALL(stream_drain);
SAME_CALL(stream_update_timing_info);
SAME_CALL(stream_get_timing_info);
SAME_CALL(stream_get_latency);
SAME_CALL(operation_unref);
SAME_CALL(strerror);
#undef SAME_CALL
#endif

#if defined(__linux__) && __has_include(<alsa/asoundlib.h>)
#include <alsa/asoundlib.h>

#include "audio/linux/alsa_api.hpp"

namespace alsa = streamtts::audio::alsa;

static_assert(std::is_same_v<alsa::Frames, snd_pcm_sframes_t>);
static_assert(std::is_same_v<alsa::UnsignedFrames, snd_pcm_uframes_t>);
static_assert(alsa::kPlayback == SND_PCM_STREAM_PLAYBACK);
static_assert(alsa::kNonblock == SND_PCM_NONBLOCK);
static_assert(alsa::kFormatFloatLe == SND_PCM_FORMAT_FLOAT_LE);
static_assert(alsa::kAccessInterleaved == SND_PCM_ACCESS_RW_INTERLEAVED);
static_assert(alsa::kStatePrepared == SND_PCM_STATE_PREPARED);
static_assert(alsa::kStateXrun == SND_PCM_STATE_XRUN);

#define SAME_CALL(name) static_assert(same_call<decltype(alsa::Api::name), decltype(&snd_##name)>)
SAME_CALL(pcm_open);
SAME_CALL(pcm_close);
SAME_CALL(pcm_set_params);
SAME_CALL(pcm_wait);
SAME_CALL(pcm_start);
SAME_CALL(pcm_state);
SAME_CALL(pcm_recover);
SAME_CALL(pcm_delay);
SAME_CALL(pcm_avail_update);
SAME_CALL(pcm_writei);
SAME_CALL(device_name_hint);
SAME_CALL(device_name_get_hint);
SAME_CALL(device_name_free_hint);
SAME_CALL(lib_error_set_handler);
SAME_CALL(strerror);
#undef SAME_CALL
#endif
