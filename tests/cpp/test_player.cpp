#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "audio/player.hpp"
#include "check.hpp"
#include "error.hpp"
#include "signals.hpp"

namespace {

using streamtts::audio::Player;
using streamtts::audio::PlayerCounters;
using Samples = std::vector<float>;

constexpr double kPatience_s = 60;

Player fast_player() {
  return Player({.output = "null:20", .rate_hz = 48000, .ring_s = 1.0});
}

std::string scratch_file(const std::string& name) {
  return (std::filesystem::temp_directory_path() / ("streamtts_test_" + name)).string();
}

}  // namespace

TEST(everything_written_is_played_and_counted) {
  Player player = fast_player();
  const Samples sentence(24000, 0.1F);
  for (std::uint32_t seq = 0; seq < 10; ++seq) CHECK(player.write(sentence, 48000, 1, seq, true));
  CHECK(player.drain(kPatience_s));
  const PlayerCounters counters = player.counters();
  CHECK_EQ(counters.written_frames, 240000U);
  CHECK_EQ(counters.played_frames, 240000U);
  CHECK_EQ(counters.flushed_frames, 0U);
  CHECK(counters.rendered_frames >= counters.played_frames);
}

TEST(a_voice_at_another_rate_is_converted) {
  Player player = fast_player();
  for (std::uint32_t seq = 0; seq < 4; ++seq) CHECK(player.write(Samples(24000, 0.1F), 24000, 1, seq, true));
  CHECK(player.drain(kPatience_s));
  CHECK_EQ(player.counters().played_frames, 4U * 48000U);
}

TEST(a_flush_frees_a_writer_that_waits) {
  Player player = fast_player();
  player.pause();
  std::atomic<bool> kept{true};
  std::thread writer([&] { kept = player.write(Samples(480000, 0.1F), 48000, 1, 0, true); });
  while (player.counters().written_frames == 0) std::this_thread::yield();
  player.flush();
  writer.join();
  CHECK(!kept);
  player.resume();
  CHECK(player.drain(kPatience_s));
  const PlayerCounters counters = player.counters();
  CHECK_EQ(counters.flushed_frames + counters.played_frames, counters.written_frames);
}

TEST(a_flush_to_an_epoch_keeps_older_pieces_out) {
  Player player = fast_player();
  const Samples piece(4800, 0.1F);
  CHECK(player.write(piece, 48000, 1, 0, true, 2));
  player.flush(3);
  CHECK(!player.write(piece, 48000, 1, 1, true, 2));
  CHECK(player.write(piece, 48000, 1, 2, true, 3));
  player.flush(1);
  CHECK(!player.write(piece, 48000, 1, 3, true, 2));
  CHECK(player.write(piece, 48000, 1, 4, true, 4));
  player.flush();
  CHECK(player.write(piece, 48000, 1, 5, true, 3));
  CHECK(player.drain(kPatience_s));
  CHECK_EQ(player.counters().written_frames, 4U * 4800U);
}

TEST(no_piece_of_an_old_epoch_slips_in_after_a_flush) {
  Player player = fast_player();
  std::atomic<std::uint64_t> flushed{0};
  std::atomic<bool> done{false};
  std::atomic<int> slipped_in{0};
  const auto write = [&](std::uint64_t lag) {
    for (std::uint32_t seq = 0; !done; ++seq) {
      const std::uint64_t now = flushed;
      const std::uint64_t epoch = now - std::min(now, lag);
      const bool kept = player.write(Samples(100, 0.1F), 24000, 1, seq, true, epoch);
      if (kept && epoch < now) ++slipped_in;
    }
  };
  std::thread writer(write, 0);
  std::thread late_writer(write, 1);
  for (std::uint64_t epoch = 1; epoch <= 200; ++epoch) {
    player.flush(epoch);
    flushed = epoch;
    std::this_thread::yield();
  }
  done = true;
  writer.join();
  late_writer.join();
  CHECK_EQ(slipped_in, 0);
  CHECK(player.drain(kPatience_s));
  const PlayerCounters counters = player.counters();
  CHECK_EQ(counters.flushed_frames + counters.played_frames, counters.written_frames);
}

TEST(a_long_piece_is_converted_as_short_ones_are) {
  const Samples speech = signals::voice(150, 24000, 100'000);
  const auto file_of = [&](std::size_t step) {
    const std::string path = scratch_file("pieces.wav");
    {
      Player player({.output = "wav:" + path, .rate_hz = 48000, .ring_s = 0.1});
      for (std::size_t at = 0; at < speech.size(); at += step) {
        const std::span part = std::span(speech).subspan(at, std::min(step, speech.size() - at));
        CHECK(player.write(part, 24000, 1, 0, at + step >= speech.size()));
      }
      CHECK(player.drain(kPatience_s));
    }
    std::ifstream file(path, std::ios::binary);
    std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
    std::filesystem::remove(path);
    return bytes;
  };
  const std::string whole = file_of(speech.size());
  CHECK_EQ(whole.size(), 80U + 4U * speech.size());
  CHECK(whole == file_of(999));
}

TEST(threads_may_do_everything_at_once) {
  Player player = fast_player();
  std::atomic<bool> done{false};
  std::thread fiddler([&] {
    for (int i = 0; !done; ++i) {
      player.set_volume(i % 3 == 0 ? 1.0 : 0.5);
      player.set_speed(1.0 + (i % 4) * 0.25);
      if (i % 5 == 0) player.pause();
      if (i % 50 == 49) player.flush();
      player.resume();
      CHECK(player.buffered_s() >= 0.0);
      CHECK(player.heard().turn <= 1);
      std::this_thread::sleep_for(std::chrono::microseconds(500));
    }
    player.set_speed(1.0);
    player.resume();
  });
  for (std::uint32_t seq = 0; seq < 60; ++seq)
    player.write(Samples(4800 + seq * 7, 0.2F), 24000, 1, seq, true);
  done = true;
  fiddler.join();
  CHECK(player.drain(kPatience_s));
  const PlayerCounters counters = player.counters();
  CHECK_EQ(counters.played_frames + counters.flushed_frames, counters.written_frames);
}

TEST(heard_names_the_sentence_at_the_ear) {
  Player player = fast_player();
  player.write(Samples(24000, 0.1F), 48000, 3, 7, true);
  player.write(Samples(24000, 0.1F), 48000, 3, 8, true);
  CHECK(player.drain(kPatience_s));
  const auto heard = player.heard();
  CHECK_EQ(heard.turn, 3U);
  CHECK_EQ(heard.seq, 8U);
}

TEST(a_drain_that_cannot_end_gives_up) {
  Player player = fast_player();
  player.pause();
  player.write(Samples(4800, 0.1F), 48000, 1, 0, true);
  CHECK(!player.drain(0.05));
}

TEST(a_wav_file_holds_every_sample) {
  const std::string path = scratch_file("player.wav");
  {
    Player player({.output = "wav:" + path, .rate_hz = 24000, .ring_s = 0.5});
    for (std::uint32_t seq = 0; seq < 6; ++seq)
      CHECK(player.write(Samples(24000, 0.5F), 24000, 1, seq, true));
    CHECK(player.drain(kPatience_s));
  }
  std::ifstream file(path, std::ios::binary);
  const std::string bytes((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  CHECK(bytes.starts_with("RIFF"));
  CHECK(bytes.size() >= 6U * 24000U * 2U);
  CHECK(bytes.size() < 6U * 24000U * 2U + 2000U);
  std::filesystem::remove(path);
}

TEST(a_wrong_output_name_is_an_error) {
  bool thrown = false;
  try {
    const Player player({.output = "no such device"});
  } catch (const streamtts::Error& error) {
    thrown = std::string(error.what()).find("no such device") != std::string::npos;
  }
  CHECK(thrown);
}
