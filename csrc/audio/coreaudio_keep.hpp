// The system may call a callback for a moment longer than it was asked to. What callbacks point to is made
// here: it outlives its owner by the next few dozen.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <utility>

namespace streamtts::audio::coreaudio {

constexpr std::size_t kKept = 64;

template <class T, class... Args>
std::shared_ptr<T> make_outliving(Args&&... args) {
  static std::mutex mutex;
  // Never destroyed: at exit, too, a callback may be late.
  static auto& kept = *new std::deque<std::shared_ptr<T>>;
  auto made = std::make_shared<T>(std::forward<Args>(args)...);
  const std::scoped_lock lock(mutex);
  kept.push_back(made);
  if (kept.size() > kKept) kept.pop_front();
  return made;
}

}  // namespace streamtts::audio::coreaudio
