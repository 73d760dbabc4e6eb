// "Only one thread does this": the first to claim a role has it until it is released; debug builds assert it.
#pragma once

#include <atomic>
#include <cassert>

#include "audio/realtime.hpp"

namespace streamtts::audio {

class ThreadRole {
 public:
#ifdef NDEBUG
  void claim() noexcept STREAMTTS_NONBLOCKING {}
  void release() noexcept STREAMTTS_NONBLOCKING {}

 private:
#else
  void claim() noexcept STREAMTTS_NONBLOCKING {
    const void* nobody = nullptr;
    const void* me = this_thread();
    const bool mine = holder_.compare_exchange_strong(nobody, me, std::memory_order_relaxed) || nobody == me;
    assert(mine && "a second thread took the role");
    static_cast<void>(mine);
  }
  void release() noexcept STREAMTTS_NONBLOCKING { holder_.store(nullptr, std::memory_order_relaxed); }

 private:
  static const void* this_thread() noexcept STREAMTTS_NONBLOCKING {
    STREAMTTS_TRUST_NONBLOCKING(return &kInEachThread;)
  }

  static inline constinit thread_local const char kInEachThread = 0;
#endif

  // Part of every build, so that a debug and a release file agree on the layout.
  std::atomic<const void*> holder_{nullptr};
};

}  // namespace streamtts::audio
