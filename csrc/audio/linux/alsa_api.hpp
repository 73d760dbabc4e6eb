// The part of libasound that we use, declared by ourselves: no headers to build, no library to start the
// program. Values are those of its stable interface; a test compares them with the real header.
#pragma once

#include "audio/linux/dynamic_library.hpp"

namespace streamtts::audio::alsa {

struct Pcm;

using Frames = long;
using UnsignedFrames = unsigned long;

inline constexpr int kPlayback = 0;
inline constexpr int kNonblock = 1;
inline constexpr int kFormatFloatLe = 14;
inline constexpr int kAccessInterleaved = 3;
inline constexpr int kStatePrepared = 2;
inline constexpr int kStateXrun = 4;
inline constexpr int kAllCards = -1;

using ErrorHandler = void(const char* file, int line, const char* function, int error, const char* format,
                          ...);

// Every function of the library, under its name there without "snd_".
struct Api {
  Api();  // throws streamtts::Error if the library is not installed

  DynamicLibrary library{"libasound.so.2"};

  int (*pcm_open)(Pcm**, const char* name, int stream, int mode);
  int (*pcm_close)(Pcm*);
  int (*pcm_set_params)(Pcm*, int format, int access, unsigned channels, unsigned rate, int resample,
                        unsigned latency_us);
  int (*pcm_wait)(Pcm*, int timeout_ms);
  int (*pcm_start)(Pcm*);
  int (*pcm_state)(Pcm*);
  int (*pcm_recover)(Pcm*, int error, int silent);
  int (*pcm_delay)(Pcm*, Frames* delay);
  Frames (*pcm_avail_update)(Pcm*);
  Frames (*pcm_writei)(Pcm*, const void* data, UnsignedFrames frames);

  int (*device_name_hint)(int card, const char* interface, void*** hints);
  char* (*device_name_get_hint)(const void* hint, const char* id);
  int (*device_name_free_hint)(void** hints);

  int (*lib_error_set_handler)(ErrorHandler*);
  const char* (*strerror)(int error);
};

// Loaded once, at the first call that finds the library, and told to keep off stderr.
const Api& api();

}  // namespace streamtts::audio::alsa
