// The system may call a callback for a moment longer than it was asked to. So what callbacks point to is not
// destroyed with its owner, but when a few dozen more of its kind have been given up.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>

namespace streamtts::audio::coreaudio {

template <class T>
struct DestroyLater {
  void operator()(T* given_up) const {
    static constexpr std::size_t kKept = 64;
    static std::mutex mutex;
    // Never destroyed itself: at exit, too, a callback may be late.
    static auto& kept = *new std::deque<std::unique_ptr<T>>;
    const std::scoped_lock lock(mutex);
    kept.emplace_back(given_up);
    if (kept.size() > kKept) kept.pop_front();
  }
};

template <class T>
using Outliving = std::unique_ptr<T, DestroyLater<T>>;

}  // namespace streamtts::audio::coreaudio
