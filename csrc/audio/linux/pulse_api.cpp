#include "audio/linux/pulse_api.hpp"

namespace streamtts::audio::pulse {

Api::Api() {
  library.find("pa_threaded_mainloop_new", threaded_mainloop_new);
  library.find("pa_threaded_mainloop_free", threaded_mainloop_free);
  library.find("pa_threaded_mainloop_start", threaded_mainloop_start);
  library.find("pa_threaded_mainloop_stop", threaded_mainloop_stop);
  library.find("pa_threaded_mainloop_lock", threaded_mainloop_lock);
  library.find("pa_threaded_mainloop_unlock", threaded_mainloop_unlock);
  library.find("pa_threaded_mainloop_get_api", threaded_mainloop_get_api);
  library.find("pa_proplist_new", proplist_new);
  library.find("pa_proplist_free", proplist_free);
  library.find("pa_proplist_sets", proplist_sets);
  library.find("pa_context_new_with_proplist", context_new_with_proplist);
  library.find("pa_context_unref", context_unref);
  library.find("pa_context_connect", context_connect);
  library.find("pa_context_disconnect", context_disconnect);
  library.find("pa_context_get_state", context_get_state);
  library.find("pa_context_errno", context_errno);
  library.find("pa_context_set_state_callback", context_set_state_callback);
  library.find("pa_context_set_subscribe_callback", context_set_subscribe_callback);
  library.find("pa_context_subscribe", context_subscribe);
  library.find("pa_context_get_server_info", context_get_server_info);
  library.find("pa_context_get_sink_info_list", context_get_sink_info_list);
  library.find("pa_context_rttime_new", context_rttime_new);
  library.find("pa_context_rttime_restart", context_rttime_restart);
  library.find("pa_rtclock_now", rtclock_now);
  library.find("pa_stream_new", stream_new);
  library.find("pa_stream_unref", stream_unref);
  library.find("pa_stream_connect_playback", stream_connect_playback);
  library.find("pa_stream_disconnect", stream_disconnect);
  library.find("pa_stream_get_state", stream_get_state);
  library.find("pa_stream_get_device_name", stream_get_device_name);
  library.find("pa_stream_set_state_callback", stream_set_state_callback);
  library.find("pa_stream_set_write_callback", stream_set_write_callback);
  library.find("pa_stream_set_underflow_callback", stream_set_underflow_callback);
  library.find("pa_stream_set_buffer_attr", stream_set_buffer_attr);
  library.find("pa_stream_writable_size", stream_writable_size);
  library.find("pa_stream_begin_write", stream_begin_write);
  library.find("pa_stream_write", stream_write);
  library.find("pa_stream_drain", stream_drain);
  library.find("pa_stream_update_timing_info", stream_update_timing_info);
  library.find("pa_stream_get_timing_info", stream_get_timing_info);
  library.find("pa_stream_get_latency", stream_get_latency);
  library.find("pa_operation_unref", operation_unref);
  library.find("pa_strerror", strerror);
}

const Api& api() {
  static const Api* const kLoaded = new Api;  // never unloaded: its threads may outlive static destructors
  return *kLoaded;
}

}  // namespace streamtts::audio::pulse
