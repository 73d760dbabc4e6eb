// Lets a stateful object run without the GIL: a second thread that enters meanwhile gets an error, not a
// race.
#pragma once

#include <atomic>
#include <utility>

#include "error.hpp"

namespace streamtts {

template <typename T>
class Exclusive {
 public:
  template <typename... Args>
  explicit Exclusive(Args&&... args) : object_(std::forward<Args>(args)...) {}

  template <typename Use>
  decltype(auto) use(Use&& action) {
    if (busy_.test_and_set(std::memory_order_acquire)) {
      throw Error("this object is already in use by another thread: give each thread its own");
    }
    const Release release{busy_};
    return action(object_);
  }

 private:
  struct Release {
    std::atomic_flag& busy;
    ~Release() { busy.clear(std::memory_order_release); }
  };

  T object_;
  std::atomic_flag busy_ = ATOMIC_FLAG_INIT;
};

}  // namespace streamtts
