#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <thread>
#include <vector>

#include "audio/spsc_ring.hpp"
#include "check.hpp"
#include "ring_traffic.hpp"

namespace {

using Ring = streamtts::audio::SpscRing<float>;
constexpr std::uint64_t kPast32Bits = (std::uint64_t{1} << 32) - 5;

std::vector<float> ramp(std::size_t count, float first = 1) {
  std::vector<float> samples(count);
  std::iota(samples.begin(), samples.end(), first);
  return samples;
}

std::vector<float> read_all(Ring& ring) {
  std::vector<float> samples(ring.readable());
  CHECK_EQ(ring.read(samples), samples.size());
  return samples;
}

bool same(std::span<const float> a, std::span<const float> b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

}  // namespace

TEST(a_ring_holds_at_least_what_was_asked_rounded_up_to_a_power_of_two) {
  const std::array<std::array<std::size_t, 2>, 6> cases{
      {{0, 1}, {1, 1}, {2, 2}, {3, 4}, {1000, 1024}, {1024, 1024}}};
  for (const auto& [asked, given] : cases) CHECK_EQ(Ring(asked).capacity(), given);
}

TEST(a_ring_uses_every_slot_and_refuses_the_next) {
  Ring ring(8);
  CHECK_EQ(ring.writable(), 8U);
  CHECK_EQ(ring.write(ramp(11)), 8U);
  CHECK_EQ(ring.writable(), 0U);
  CHECK(!ring.push(9));
  CHECK_EQ(ring.write(ramp(1)), 0U);
  CHECK_EQ(ring.acquire_write().size(), 0U);
  CHECK(same(read_all(ring), ramp(8)));
}

TEST(an_empty_ring_gives_nothing) {
  Ring ring(4);
  float sample = 7;
  CHECK(!ring.pop(sample));
  CHECK_EQ(sample, 7.0F);
  CHECK_EQ(ring.readable(), 0U);
  CHECK_EQ(ring.read(std::span(&sample, 1)), 0U);
  CHECK_EQ(ring.acquire_read().size(), 0U);
  CHECK_EQ(ring.discard_until(100), 0U);
  CHECK_EQ(ring.read({}), 0U);
  CHECK_EQ(ring.write({}), 0U);
}

TEST(a_ring_of_one_slot_passes_one_sample_after_the_other) {
  Ring ring(1);
  for (float sample = 0; sample < 10; ++sample) {
    CHECK(ring.push(sample));
    CHECK(!ring.push(-1));
    float got = -1;
    CHECK(ring.pop(got));
    CHECK_EQ(got, sample);
  }
}

TEST(every_size_at_every_place_comes_out_as_it_went_in) {
  for (std::size_t start = 0; start < 16; ++start) {
    for (std::size_t size = 0; size <= 16; ++size) {
      Ring ring(16, start);
      CHECK_EQ(ring.write(ramp(size)), size);
      CHECK_EQ(ring.readable(), size);
      CHECK(same(read_all(ring), ramp(size)));
    }
  }
}

TEST(spans_to_write_wrap_around_and_publish_only_what_is_committed) {
  Ring ring(8, 5);
  const auto free = ring.acquire_write();
  CHECK_EQ(free.first.size(), 3U);
  CHECK_EQ(free.second.size(), 5U);
  std::iota(free.first.begin(), free.first.end(), 1.0F);
  std::iota(free.second.begin(), free.second.end(), 4.0F);
  CHECK_EQ(ring.readable(), 0U);
  ring.commit_write(4);
  CHECK(same(read_all(ring), ramp(4)));
  CHECK_EQ(ring.acquire_write(2).size(), 2U);
}

TEST(looking_does_not_consume) {
  Ring ring(8, 6);
  ring.write(ramp(5));
  for (int look = 0; look < 2; ++look) {
    const auto seen = ring.acquire_read();
    CHECK(same(seen.first, ramp(2)));
    CHECK(same(seen.second, ramp(3, 3)));
  }
  CHECK_EQ(ring.acquire_read(1).size(), 1U);
  ring.commit_read(0);
  ring.commit_read(3);
  CHECK(same(read_all(ring), ramp(2, 4)));
}

TEST(discarding_stops_at_the_position_and_at_what_was_written) {
  Ring ring(16, 100);
  ring.write(ramp(10));
  CHECK_EQ(ring.discard_until(50), 0U);
  CHECK_EQ(ring.discard_until(100), 0U);
  CHECK_EQ(ring.discard_until(104), 4U);
  CHECK_EQ(ring.discard_until(103), 0U);
  float sample = 0;
  CHECK(ring.pop(sample));
  CHECK_EQ(sample, 5.0F);
  CHECK_EQ(ring.discard_until(1000), 5U);
  CHECK_EQ(ring.consumed(), 110U);
  CHECK_EQ(ring.writable(), 16U);
}

TEST(positions_count_everything_that_went_through) {
  Ring ring(8, 3);
  CHECK_EQ(ring.written(), 3U);
  ring.write(ramp(6));
  CHECK_EQ(ring.written(), 9U);
  CHECK_EQ(ring.consumed(), 3U);
  read_all(ring);
  CHECK_EQ(ring.consumed(), 9U);
}

TEST(positions_pass_32_bits_unharmed) {
  Ring ring(8, kPast32Bits);
  for (int round = 0; round < 5; ++round) {
    CHECK_EQ(ring.write(ramp(8)), 8U);
    CHECK_EQ(ring.writable(), 0U);
    CHECK(same(read_all(ring), ramp(8)));
  }
  CHECK_EQ(ring.consumed(), kPast32Bits + 40);
}

TEST(any_trivially_copyable_type_goes_through) {
  struct Mark {
    std::uint64_t position;
    std::uint32_t turn, seq;
  };
  streamtts::audio::SpscRing<Mark> ring(4);
  CHECK(ring.push({.position = 7, .turn = 1, .seq = 2}));
  Mark mark{};
  CHECK(ring.pop(mark));
  CHECK_EQ(mark.position, 7U);
  CHECK_EQ(mark.seq, 2U);
}

TEST(roles_move_to_another_thread_once_released) {
  Ring ring(8);
  ring.write(ramp(3));
  read_all(ring);
  ring.release_producer();
  ring.release_consumer();
  std::thread([&ring] {
    CHECK_EQ(ring.write(ramp(2)), 2U);
    CHECK(same(read_all(ring), ramp(2)));
  }).join();
}

TEST(two_threads_lose_double_and_reorder_nothing) {
  for (const std::size_t capacity : {1U, 2U, 64U, 4096U}) {
    Ring ring(capacity, kPast32Bits);
    const std::uint64_t count = capacity < 64 ? 20'000 : 400'000;
    CHECK_EQ(ring_traffic::run(ring, count), 0U);
    CHECK_EQ(ring.written(), kPast32Bits + count);
    CHECK_EQ(ring.consumed(), kPast32Bits + count);
  }
}

TEST(an_observer_never_sees_more_than_fits) {
  constexpr std::uint64_t kCount = 200'000;
  Ring ring(64);
  std::thread observer([&ring] {
    std::uint64_t last = 0;
    while (last < kCount) {
      const std::uint64_t consumed = ring.consumed();
      const std::uint64_t written = ring.written();
      CHECK(consumed >= last && consumed <= written);
      CHECK(ring.consumed() + ring.capacity() >= written);
      last = consumed;
      std::this_thread::yield();
    }
  });
  CHECK_EQ(ring_traffic::run(ring, kCount), 0U);
  observer.join();
}
