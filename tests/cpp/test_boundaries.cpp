#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <limits>
#include <map>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "audio/player.hpp"
#include "check.hpp"
#include "error.hpp"
#include "signals.hpp"

namespace {

using streamtts::audio::Boundary;
using streamtts::audio::Player;
using Samples = std::vector<float>;

constexpr double kPatience_s = 60;
constexpr std::uint32_t kRate = 24000;
constexpr std::size_t kWavHeaderBytes = 80;

// Every sample tells its sentence.
Samples sentence(std::uint32_t seq, std::size_t frames) {
  return Samples(frames, static_cast<float>(seq + 1) / 32768.0F);
}

struct Recording {
  explicit Recording(const std::string& name)
      : path((std::filesystem::temp_directory_path() / ("streamtts_" + name + ".wav")).string()) {}
  ~Recording() { std::filesystem::remove(path); }

  std::vector<std::int16_t> samples() const {
    std::ifstream file(path, std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::vector<std::int16_t> out((bytes.size() - kWavHeaderBytes) / 2);
    std::memcpy(out.data(), bytes.data() + kWavHeaderBytes, out.size() * 2);
    return out;
  }
  std::string output() const { return "wav:" + path; }

  std::string path;
};

// Until as many came, or none for long.
std::vector<Boundary> read(Player& player, std::size_t count) {
  std::vector<Boundary> all;
  while (all.size() < count) {
    const std::vector<Boundary> some = player.boundaries(kPatience_s);
    if (some.empty()) break;
    all.insert(all.end(), some.begin(), some.end());
  }
  CHECK_EQ(all.size(), count);
  return all;
}

std::size_t frame_at(const Boundary& boundary) {
  const double frames = boundary.media_s * kRate;
  CHECK(std::abs(frames - std::round(frames)) < 1e-6);
  return static_cast<std::size_t>(std::lround(frames));
}

// Where each sentence's samples really are in the recording.
void check_places(const std::vector<Boundary>& boundaries, const std::vector<std::int16_t>& samples) {
  std::map<std::uint32_t, std::size_t> begun;
  for (const Boundary& boundary : boundaries) {
    const std::size_t frame = frame_at(boundary);
    CHECK(boundary.ago_s >= 0);
    CHECK(frame <= samples.size());
    if (boundary.begins) {
      CHECK(begun.emplace(boundary.seq, frame).second);
      continue;
    }
    const auto value = static_cast<std::int16_t>(boundary.seq + 1);
    const auto first = samples.begin() + static_cast<std::ptrdiff_t>(begun.at(boundary.seq));
    const auto end = samples.begin() + static_cast<std::ptrdiff_t>(frame);
    CHECK(std::all_of(first, end, [&](std::int16_t sample) { return sample == value; }));
    CHECK_EQ(std::count(samples.begin(), samples.end(), value), end - first);
  }
}

std::size_t length_of(std::uint32_t seq) {
  return seq % 11 == 10 ? 0 : 1 + (seq * 7919) % 5000;
}

}  // namespace

TEST(a_recording_has_every_boundary_at_its_frame) {
  const Recording recording("boundaries");
  constexpr std::uint32_t kSentences = 200;
  std::vector<Boundary> boundaries;
  {
    Player player({.output = recording.output(), .rate_hz = kRate, .ring_s = 0.5});
    for (std::uint32_t seq = 0; seq < kSentences; ++seq)
      CHECK(player.write(sentence(seq, length_of(seq)), kRate, 5, seq, true));
    CHECK(player.drain(kPatience_s));
    boundaries = read(player, std::size_t{2} * kSentences);
  }
  check_places(boundaries, recording.samples());
  std::uint32_t seq = 0;
  for (const Boundary& boundary : boundaries) {
    CHECK_EQ(boundary.turn, 5U);
    CHECK_EQ(boundary.seq, seq);
    if (!boundary.begins) ++seq;
  }
}

TEST(a_recording_written_in_pieces_has_them_too) {
  const Recording recording("boundaries_pieces");
  constexpr std::uint32_t kSentences = 60;
  std::vector<Boundary> boundaries;
  {
    Player player({.output = recording.output(), .rate_hz = kRate, .ring_s = 0.1});
    std::thread writer([&] {
      for (std::uint32_t seq = 0; seq < kSentences; ++seq) {
        for (std::uint32_t piece = 0; piece < seq % 5; ++piece)
          CHECK(player.write(sentence(seq, length_of(seq + piece)), kRate, 1, seq, false));
        CHECK(player.write({}, kRate, 1, seq, true));
      }
    });
    boundaries = read(player, std::size_t{2} * kSentences);
    writer.join();
    CHECK(player.drain(kPatience_s));
  }
  check_places(boundaries, recording.samples());
}

TEST(a_sentence_said_again_begins_again) {
  Player player({.output = "null:20", .rate_hz = kRate});
  for (int i = 0; i < 3; ++i) CHECK(player.write(sentence(0, 2400), kRate, 1, 7, true));
  const std::vector<Boundary> boundaries = read(player, 6);
  for (std::size_t i = 0; i < boundaries.size(); ++i) CHECK_EQ(boundaries[i].begins, i % 2 == 0);
}

TEST(media_time_is_the_outputs_silence_included) {
  Player player({.output = "null:20", .rate_hz = kRate});
  while (player.counters().rendered_frames < kRate) std::this_thread::yield();
  CHECK(player.write(sentence(0, 12000), kRate, 1, 0, true));
  const std::vector<Boundary> boundaries = read(player, 2);
  CHECK(boundaries[0].media_s >= 1.0);
  CHECK_EQ(frame_at(boundaries[1]) - frame_at(boundaries[0]), 12000U);
}

TEST(a_flush_takes_away_the_end_and_what_was_not_begun) {
  Player player({.output = "null", .rate_hz = kRate});
  CHECK(player.write(sentence(0, kRate * 2), kRate, 1, 0, true));
  CHECK(player.write(sentence(1, kRate), kRate, 1, 1, true));
  const std::vector<Boundary> begun = read(player, 1);
  CHECK_EQ(begun.at(0).seq, 0U);
  player.flush();
  CHECK(player.write(sentence(2, 2400), kRate, 2, 2, true));
  for (const Boundary& boundary : read(player, 2)) CHECK_EQ(boundary.seq, 2U);
  CHECK(player.drain(kPatience_s));
  CHECK(player.boundaries(0).empty());
}

TEST(speed_is_taken_into_account) {
  const Recording recording("boundaries_speed");
  Player player({.output = recording.output(), .rate_hz = kRate});
  player.set_speed(1.5);
  for (std::uint32_t seq = 0; seq < 3; ++seq)
    CHECK(player.write(signals::voice(140, kRate, kRate), kRate, 1, seq, true));
  const std::vector<Boundary> boundaries = read(player, 6);
  for (const Boundary& boundary : boundaries) {
    const double wanted_s = (boundary.seq + (boundary.begins ? 0 : 1)) / 1.5;
    CHECK(std::abs(boundary.media_s - wanted_s) < 0.05);
  }
}

TEST(a_pause_holds_them_back) {
  Player player({.output = "null:20", .rate_hz = kRate});
  player.pause();
  CHECK(player.write(sentence(0, 2400), kRate, 1, 0, true));
  CHECK(player.boundaries(0.1).empty());
  player.resume();
  read(player, 2);
}

TEST(a_timeout_and_a_wake_return_what_there_is) {
  Player player({.output = "null:20", .rate_hz = kRate});
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  for (const double timeout_s : {0.0, 0.01, -1.0, kNan}) CHECK(player.boundaries(timeout_s).empty());
  player.wake();
  CHECK(player.boundaries(std::numeric_limits<double>::infinity()).empty());
  std::atomic<bool> returned{false};
  std::thread reader([&] {
    CHECK(player.boundaries(std::numeric_limits<double>::infinity()).empty());
    returned = true;
  });
  while (!returned) {
    player.wake();
    std::this_thread::yield();
  }
  reader.join();
}

TEST(a_second_reader_is_told_that_it_is_one) {
  Player player({.output = "null:20", .rate_hz = kRate});
  std::atomic<bool> done{false};
  std::atomic<bool> told{false};
  const auto read_on = [&] {
    while (!done) {
      try {
        player.boundaries(0.01);
      } catch (const streamtts::Error&) {
        told = true;
      }
    }
  };
  std::thread one(read_on);
  std::thread other(read_on);
  while (!told) std::this_thread::yield();
  done = true;
  one.join();
  other.join();
}

TEST(a_long_time_without_a_reader_loses_nothing) {
  Player player({.output = "null:20", .rate_hz = kRate});
  constexpr std::uint32_t kSentences = 5000;
  for (std::uint32_t seq = 0; seq < kSentences; ++seq)
    CHECK(player.write(sentence(seq, seq % 3), kRate, 1, seq, true));
  CHECK(player.drain(kPatience_s));
  const std::vector<Boundary> boundaries = read(player, std::size_t{2} * kSentences);
  CHECK(std::ranges::is_sorted(boundaries, {}, &Boundary::media_s));
  CHECK(std::ranges::is_sorted(boundaries, {}, &Boundary::seq));
}

TEST(boundaries_stay_in_order_while_everything_happens) {
  Player player({.output = "null:20", .rate_hz = kRate, .ring_s = 0.5});
  std::atomic<bool> done{false};
  std::vector<Boundary> all;
  std::thread reader([&] {
    while (!done) {
      for (const Boundary& boundary : player.boundaries(1.0)) all.push_back(boundary);
    }
  });
  std::thread fiddler([&] {
    for (int i = 0; !done; ++i) {
      if (i % 4 == 0) player.pause();
      player.set_speed(1.0 + (i % 3) * 0.5);
      if (i % 7 == 6) player.flush();
      player.resume();
      player.wake();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  });
  for (std::uint32_t seq = 0; seq < 300; ++seq)
    player.write(sentence(seq, length_of(seq)), kRate, 1, seq, true);
  done = true;
  fiddler.join();
  player.set_speed(1.0);
  player.resume();
  CHECK(player.drain(kPatience_s));
  player.wake();
  reader.join();
  for (const Boundary& boundary : player.boundaries(0)) all.push_back(boundary);
  CHECK(std::ranges::is_sorted(all, {}, &Boundary::media_s));
  std::uint32_t open = UINT32_MAX;
  for (const Boundary& boundary : all) {
    if (!boundary.begins) CHECK_EQ(boundary.seq, open);
    open = boundary.begins ? boundary.seq : UINT32_MAX;
  }
  CHECK(!all.empty());
}
