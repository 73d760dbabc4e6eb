// A lock-free ring between one producer thread and one consumer thread.
//
// * One thread at a time produces (acquire_write, commit_write, write, push, writable), one consumes
//   (acquire_read, commit_read, read, pop, readable, discard_until). A side may move to another thread if
//   that is ordered by other means (a join, a stopped device), after release_producer() or
//   release_consumer(). Debug builds assert it.
// * Any thread may ask capacity(), written() and consumed(): positions that only grow, with
//   consumed() <= written() <= consumed() + capacity().
// * Nothing blocks or allocates after the constructor. What is read has been written entirely.
// * Positions are 64 bits wide and never wrap, so full and empty differ and no slot is lost.
#pragma once

#include <algorithm>
#include <atomic>
#include <bit>
#include <cassert>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#include "audio/realtime.hpp"
#include "audio/ring/thread_role.hpp"

namespace streamtts::audio {

// `kPublish` is there for the test that proves that a missing release would be noticed.
template <typename T, std::memory_order kPublish = std::memory_order_release>
class SpscRing {
  static_assert(std::is_trivially_copyable_v<T> && std::is_default_constructible_v<T>);

 public:
  // What is wanted, in order; `second` is empty unless it goes on at the start of the memory.
  template <typename U>
  struct TwoSpans {
    std::span<U> first, second;
    std::size_t size() const noexcept STREAMTTS_NONBLOCKING { return first.size() + second.size(); }
  };
  using Spans = TwoSpans<T>;
  using ConstSpans = TwoSpans<const T>;

  static constexpr std::size_t kAll = std::numeric_limits<std::size_t>::max();

  explicit SpscRing(std::size_t min_capacity, std::uint64_t first_position = 0)
      : mask_(power_of_two(min_capacity) - 1),
        slots_(new_slots(mask_ + 1)),
        producer_(slots_.get(), mask_, first_position, first_position + mask_ + 1),
        consumer_(slots_.get(), mask_, first_position, first_position) {
    written_.value.store(first_position, std::memory_order_relaxed);
    consumed_.value.store(first_position, std::memory_order_relaxed);
  }

  std::size_t capacity() const noexcept STREAMTTS_NONBLOCKING { return mask_ + 1; }
  std::uint64_t written() const noexcept STREAMTTS_NONBLOCKING {
    return written_.value.load(std::memory_order_acquire);
  }
  std::uint64_t consumed() const noexcept STREAMTTS_NONBLOCKING {
    return consumed_.value.load(std::memory_order_acquire);
  }

  // Whoever comes next is the producer, the consumer: for when the device has a new thread.
  void release_producer() noexcept STREAMTTS_NONBLOCKING { producer_.role.release(); }
  void release_consumer() noexcept STREAMTTS_NONBLOCKING { consumer_.role.release(); }

  // ---- producer ----

  std::size_t writable() noexcept STREAMTTS_NONBLOCKING { return room(kAll); }

  // Up to `wanted` free slots to fill in place; commit_write() then publishes as many of the first as given.
  Spans acquire_write(std::size_t wanted = kAll) noexcept STREAMTTS_NONBLOCKING {
    return spans<T>(producer_, std::min(wanted, room(wanted)));
  }

  void commit_write(std::size_t count) noexcept STREAMTTS_NONBLOCKING {
    assert(count <= room(count));
    publish_written(producer_.position + count);
  }

  // Returns how many of the first of `from` were written.
  std::size_t write(std::span<const T> from) noexcept STREAMTTS_NONBLOCKING {
    const std::size_t count = std::min(from.size(), room(from.size()));
    if (count == 0) return 0;
    const std::uint64_t position = producer_.position;
    const std::size_t at = position & producer_.mask;
    if (at + count <= producer_.mask + 1) [[likely]] {
      copy(producer_.slots + at, from.data(), count);
    } else {
      const std::size_t straight = producer_.mask + 1 - at;
      copy(producer_.slots + at, from.data(), straight);
      copy(producer_.slots, from.data() + straight, count - straight);
    }
    publish_written(position + count);
    own_ahead(position + count, count);
    return count;
  }

  bool push(const T& value) noexcept STREAMTTS_NONBLOCKING {
    if (room(1) == 0) return false;
    producer_.slots[producer_.position & producer_.mask] = value;
    publish_written(producer_.position + 1);
    return true;
  }

  // ---- consumer ----

  std::size_t readable() noexcept STREAMTTS_NONBLOCKING { return waiting(kAll); }

  // Up to `wanted` of the oldest, to read in place; commit_read() then gives up as many of the first as told,
  // be it none.
  ConstSpans acquire_read(std::size_t wanted = kAll) noexcept STREAMTTS_NONBLOCKING {
    return spans<const T>(consumer_, std::min(wanted, waiting(wanted)));
  }

  void commit_read(std::size_t count) noexcept STREAMTTS_NONBLOCKING {
    assert(count <= waiting(count));
    publish_consumed(consumer_.position + count);
  }

  // Returns how many of the first of `into` were filled.
  std::size_t read(std::span<T> into) noexcept STREAMTTS_NONBLOCKING {
    const std::size_t count = std::min(into.size(), waiting(into.size()));
    if (count == 0) return 0;
    const std::uint64_t position = consumer_.position;
    const std::size_t at = position & consumer_.mask;
    if (at + count <= consumer_.mask + 1) [[likely]] {
      copy(into.data(), consumer_.slots + at, count);
    } else {
      const std::size_t straight = consumer_.mask + 1 - at;
      copy(into.data(), consumer_.slots + at, straight);
      copy(into.data() + straight, consumer_.slots, count - straight);
    }
    publish_consumed(position + count);
    return count;
  }

  bool pop(T& value) noexcept STREAMTTS_NONBLOCKING {
    if (waiting(1) == 0) return false;
    value = consumer_.slots[consumer_.position & consumer_.mask];
    publish_consumed(consumer_.position + 1);
    return true;
  }

  // Gives up everything before `position`, as far as it has been written; returns how much that was.
  std::size_t discard_until(std::uint64_t position) noexcept STREAMTTS_NONBLOCKING {
    if (position <= consumer_.position) return 0;
    const auto wanted =
        static_cast<std::size_t>(std::min<std::uint64_t>(position - consumer_.position, kAll));
    const std::size_t count = std::min(wanted, waiting(wanted));
    publish_consumed(consumer_.position + count);
    return count;
  }

 private:
  // x86 fetches lines in pairs and Apple silicon's are 128 bytes long.
  static constexpr std::size_t kLine = 128;

  // What one side alone touches: where it is, and how far it may go by its last look at the other.
  struct alignas(kLine) Side {
    Side(T* memory, std::size_t size_mask, std::uint64_t first, std::uint64_t end) noexcept
        : slots(memory), mask(size_mask), position(first), limit(end) {}
    T* const slots;
    const std::size_t mask;
    std::uint64_t position;
    std::uint64_t limit;
    ThreadRole role;
  };

  struct alignas(kLine) Published {
    std::atomic<std::uint64_t> value;
  };

  struct FreeSlots {
    void operator()(T* slots) const noexcept { ::operator delete(slots, std::align_val_t{kLine}); }
  };
  using Slots = std::unique_ptr<T, FreeSlots>;

  static std::size_t power_of_two(std::size_t at_least) {
    if (at_least > kAll / 4 / sizeof(T)) throw std::bad_array_new_length();
    return std::bit_ceil(std::max<std::size_t>(at_least, 1));
  }

  // Aligned, so that blocks of whole lines share none; filled, so that no page is missing later.
  static Slots new_slots(std::size_t count) {
    Slots slots(static_cast<T*>(::operator new(count * sizeof(T), std::align_val_t{kLine})));
    std::uninitialized_value_construct_n(slots.get(), count);
    return slots;
  }

  // Free slots, looking at the consumer only when the last look does not suffice.
  std::size_t room(std::size_t wanted) noexcept STREAMTTS_NONBLOCKING {
    producer_.role.claim();
    if (producer_.limit - producer_.position < wanted) {
      producer_.limit = consumed_.value.load(std::memory_order_acquire) + producer_.mask + 1;
    }
    return static_cast<std::size_t>(producer_.limit - producer_.position);
  }

  // Filled slots. A look costs a line, so that small pieces go without, and large ones hardly feel it.
  std::size_t waiting(std::size_t wanted) noexcept STREAMTTS_NONBLOCKING {
    constexpr std::size_t kLarge = 1024 / sizeof(T);
    consumer_.role.claim();
    if (consumer_.limit - consumer_.position < wanted || wanted >= kLarge) {
      consumer_.limit = written_.value.load(std::memory_order_acquire);
    }
    return static_cast<std::size_t>(consumer_.limit - consumer_.position);
  }

  template <typename U>
  static TwoSpans<U> spans(const Side& side, std::size_t count) noexcept STREAMTTS_NONBLOCKING {
    const std::size_t at = side.position & side.mask;
    const std::size_t straight = std::min(count, side.mask + 1 - at);
    return {{side.slots + at, straight}, {side.slots, count - straight}};
  }

  // The free lines are still in the consumer's cache. A run of small writes waits for each of them, unless as
  // many as just went out are fetched some way ahead; the copying of large blocks sees to it by itself.
  void own_ahead(std::uint64_t position, std::size_t count) noexcept STREAMTTS_NONBLOCKING {
    constexpr std::size_t kStep = std::max<std::size_t>(64 / sizeof(T), 1);
    constexpr std::size_t kAhead = 32 * kStep;
    if (count > kAhead || position + kAhead + count > producer_.limit) return;
    for (std::size_t i = 0; i < count; i += kStep) {
      prefetch_to_write(producer_.slots + ((position + kAhead + i) & producer_.mask));
    }
  }

  static void prefetch_to_write(T* slot) noexcept STREAMTTS_NONBLOCKING {
#ifdef __x86_64__
    asm volatile("prefetchw %0" : : "m"(*slot));  // the builtin only reads unless told of newer processors
#else
    __builtin_prefetch(slot, 1);
#endif
  }

  static void copy(T* to, const T* from, std::size_t count) noexcept STREAMTTS_NONBLOCKING {
    std::memcpy(to, from, count * sizeof(T));
  }

  void publish_written(std::uint64_t position) noexcept STREAMTTS_NONBLOCKING {
    producer_.position = position;
    written_.value.store(position, kPublish);
  }

  void publish_consumed(std::uint64_t position) noexcept STREAMTTS_NONBLOCKING {
    consumer_.position = position;
    consumed_.value.store(position, kPublish);
  }

  const std::size_t mask_;
  const Slots slots_;
  Side producer_;
  Side consumer_;
  Published written_;
  Published consumed_;
};

}  // namespace streamtts::audio
