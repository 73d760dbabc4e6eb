// Our ring and those it is measured against, behind one face. Which of them there are depends on the headers
// that the compiler finds.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "audio/spsc_ring.hpp"

#if __has_include(<boost/lockfree/spsc_queue.hpp>)
#include <boost/lockfree/spsc_queue.hpp>
#define STREAMTTS_BENCH_BOOST 1
#else
#define STREAMTTS_BENCH_BOOST 0
#endif
#if __has_include(<rigtorp/SPSCQueue.h>)
#include <rigtorp/SPSCQueue.h>
#define STREAMTTS_BENCH_RIGTORP 1
#else
#define STREAMTTS_BENCH_RIGTORP 0
#endif
#if __has_include(<arrow/vendored/ProducerConsumerQueue.h>)
#include <arrow/vendored/ProducerConsumerQueue.h>
#define STREAMTTS_BENCH_FOLLY 1
#else
#define STREAMTTS_BENCH_FOLLY 0
#endif
#if __has_include(<readerwriterqueue/readerwriterqueue.h>)
#include <readerwriterqueue/readerwriterqueue.h>
#define STREAMTTS_BENCH_MOODYCAMEL 1
#else
#define STREAMTTS_BENCH_MOODYCAMEL 0
#endif

namespace anchors {

class Ours {
 public:
  static constexpr std::string_view kName = "streamtts";
  static constexpr bool kBulk = true;
  explicit Ours(std::size_t capacity) : ring_(capacity) {}
  bool push(float sample) { return ring_.push(sample); }
  bool pop(float& sample) { return ring_.pop(sample); }
  std::size_t write(const float* from, std::size_t count) { return ring_.write({from, count}); }
  std::size_t read(float* into, std::size_t count) { return ring_.read({into, count}); }

 private:
  streamtts::audio::SpscRing<float> ring_;
};

// Bulk for those that pass one sample at a time only.
template <typename Queue>
class OneByOne {
 public:
  static constexpr bool kBulk = false;
  std::size_t write(const float* from, std::size_t count) {
    std::size_t done = 0;
    while (done < count && self().push(from[done])) ++done;
    return done;
  }
  std::size_t read(float* into, std::size_t count) {
    std::size_t done = 0;
    while (done < count && self().pop(into[done])) ++done;
    return done;
  }

 private:
  Queue& self() { return static_cast<Queue&>(*this); }
};

#if STREAMTTS_BENCH_BOOST
class Boost {
 public:
  static constexpr std::string_view kName = "boost";
  static constexpr bool kBulk = true;
  explicit Boost(std::size_t capacity) : queue_(capacity) {}
  bool push(float sample) { return queue_.push(sample); }
  bool pop(float& sample) { return queue_.pop(sample); }
  std::size_t write(const float* from, std::size_t count) { return queue_.push(from, count); }
  std::size_t read(float* into, std::size_t count) { return queue_.pop(into, count); }

 private:
  boost::lockfree::spsc_queue<float> queue_;
};
#endif

#if STREAMTTS_BENCH_RIGTORP
class Rigtorp : public OneByOne<Rigtorp> {
 public:
  static constexpr std::string_view kName = "rigtorp";
  explicit Rigtorp(std::size_t capacity) : queue_(capacity) {}
  bool push(float sample) { return queue_.try_push(sample); }
  bool pop(float& sample) {
    const float* front = queue_.front();
    if (front == nullptr) return false;
    sample = *front;
    queue_.pop();
    return true;
  }

 private:
  rigtorp::SPSCQueue<float> queue_;
};
#endif

#if STREAMTTS_BENCH_FOLLY
class Folly : public OneByOne<Folly> {
 public:
  static constexpr std::string_view kName = "folly";
  explicit Folly(std::size_t capacity) : queue_(static_cast<std::uint32_t>(capacity + 1)) {}
  bool push(float sample) { return queue_.Write(sample); }
  bool pop(float& sample) { return queue_.Read(sample); }

 private:
  arrow_vendored::folly::ProducerConsumerQueue<float> queue_;
};
#endif

#if STREAMTTS_BENCH_MOODYCAMEL
class Moodycamel : public OneByOne<Moodycamel> {
 public:
  static constexpr std::string_view kName = "moodycamel";
  explicit Moodycamel(std::size_t capacity) : queue_(capacity) {}
  bool push(float sample) { return queue_.try_enqueue(sample); }
  bool pop(float& sample) { return queue_.try_dequeue(sample); }

 private:
  moodycamel::ReaderWriterQueue<float> queue_;
};
#endif

// Calls what.template operator()<Queue>() for each queue there is, ours first.
template <typename What>
void for_each_queue(What&& what) {
  what.template operator()<Ours>();
#if STREAMTTS_BENCH_BOOST
  what.template operator()<Boost>();
#endif
#if STREAMTTS_BENCH_RIGTORP
  what.template operator()<Rigtorp>();
#endif
#if STREAMTTS_BENCH_FOLLY
  what.template operator()<Folly>();
#endif
#if STREAMTTS_BENCH_MOODYCAMEL
  what.template operator()<Moodycamel>();
#endif
}

}  // namespace anchors
