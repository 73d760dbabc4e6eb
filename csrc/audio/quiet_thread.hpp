// A named thread that no signal interrupts: signals are for the program's main thread, and a write to a pipe
// without a reader must fail in it instead of ending the program.
#pragma once

#include <pthread.h>
#include <signal.h>

#include <string>
#include <thread>
#include <utility>

namespace streamtts::audio {

inline void name_this_thread(const char* name) {
#if defined(__APPLE__)
  pthread_setname_np(name);
#else
  pthread_setname_np(pthread_self(), name);
#endif
}

// `name` is at most 15 bytes, all that Linux keeps.
template <class Body>
std::thread start_quiet_thread(const char* name, Body body) {
  sigset_t all;
  sigset_t before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);  // inherited, so that not even its first moment is interrupted
  std::thread thread([name, body = std::move(body)]() mutable {
    name_this_thread(name);
    body();
  });
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return thread;
}

}  // namespace streamtts::audio
