#include "audio/linux/alsa_api.hpp"

namespace streamtts::audio::alsa {

namespace {

// NOLINTNEXTLINE(cert-dcl50-cpp,modernize-avoid-variadic-functions): the library wants one
void keep_quiet(const char*, int, const char*, int, const char*, ...) {}

}  // namespace

Api::Api() {
  library.find("snd_pcm_open", pcm_open);
  library.find("snd_pcm_close", pcm_close);
  library.find("snd_pcm_set_params", pcm_set_params);
  library.find("snd_pcm_wait", pcm_wait);
  library.find("snd_pcm_start", pcm_start);
  library.find("snd_pcm_state", pcm_state);
  library.find("snd_pcm_recover", pcm_recover);
  library.find("snd_pcm_delay", pcm_delay);
  library.find("snd_pcm_avail_update", pcm_avail_update);
  library.find("snd_pcm_writei", pcm_writei);
  library.find("snd_device_name_hint", device_name_hint);
  library.find("snd_device_name_get_hint", device_name_get_hint);
  library.find("snd_device_name_free_hint", device_name_free_hint);
  library.find("snd_lib_error_set_handler", lib_error_set_handler);
  library.find("snd_strerror", strerror);
  lib_error_set_handler(keep_quiet);
}

const Api& api() {
  static const Api* const kLoaded = new Api;  // never unloaded: its threads may outlive static destructors
  return *kLoaded;
}

}  // namespace streamtts::audio::alsa
