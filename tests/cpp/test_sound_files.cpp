// The parts of the outputs that are pure: names, sample formats, the WAV header, fades.
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "audio/file/sample_format.hpp"
#include "audio/file/wav_header.hpp"
#include "audio/linux/sent_audio.hpp"
#include "audio/output.hpp"
#include "audio/output_name.hpp"
#include "check.hpp"
#include "error.hpp"

using namespace streamtts::audio;

namespace {

std::string complaint(const std::string& output) {
  try {
    make_output(output);
  } catch (const streamtts::Error& error) {
    return error.what();
  }
  return "";
}

template <class Number>
Number at(const std::array<std::byte, kWavHeaderBytes>& header, std::size_t offset) {
  Number number;
  std::memcpy(&number, header.data() + offset, sizeof number);
  return number;
}

std::string four(const std::array<std::byte, kWavHeaderBytes>& header, std::size_t offset) {
  return {reinterpret_cast<const char*>(header.data()) + offset, 4};
}

}  // namespace

TEST(samples_that_came_from_sixteen_bits_go_back_unchanged) {
  bool same = true;
  for (int sample = INT16_MIN; sample <= INT16_MAX; ++sample) {
    same = same && to_s16(static_cast<float>(sample) / 32768.0F) == sample;
  }
  CHECK(same);
}

TEST(samples_too_loud_are_clipped_and_no_number_is_silence) {
  CHECK_EQ(to_s16(1.0F), INT16_MAX);
  CHECK_EQ(to_s16(std::numeric_limits<float>::infinity()), INT16_MAX);
  CHECK_EQ(to_s16(-1.1F), INT16_MIN);
  CHECK_EQ(to_s16(-std::numeric_limits<float>::infinity()), INT16_MIN);
  CHECK_EQ(to_s16(std::numeric_limits<float>::quiet_NaN()), 0);
}

TEST(wav_header_tells_its_sizes) {
  const auto header = wav_header(48000, 1000);
  CHECK_EQ(four(header, 0), "RIFF");
  CHECK_EQ(at<std::uint32_t>(header, 4), 1000 + kWavHeaderBytes - 8);
  CHECK_EQ(four(header, 8), "WAVE");
  CHECK_EQ(four(header, 12), "JUNK");
  CHECK_EQ(four(header, 48), "fmt ");
  CHECK_EQ(at<std::uint16_t>(header, 58), 1);
  CHECK_EQ(at<std::uint32_t>(header, 60), 48000U);
  CHECK_EQ(at<std::uint32_t>(header, 64), 96000U);
  CHECK_EQ(four(header, 72), "data");
  CHECK_EQ(at<std::uint32_t>(header, 76), 1000U);
}

TEST(wav_header_beyond_four_gigabytes_is_rf64) {
  constexpr std::uint64_t kMost = UINT32_MAX - 1 - (kWavHeaderBytes - 8);
  CHECK_EQ(four(wav_header(48000, kMost), 0), "RIFF");
  CHECK_EQ(at<std::uint32_t>(wav_header(48000, kMost), 4), UINT32_MAX - 1);
  const auto header = wav_header(48000, 10'000'000'000);
  CHECK_EQ(four(header, 0), "RF64");
  CHECK_EQ(at<std::uint32_t>(header, 4), UINT32_MAX);
  CHECK_EQ(four(header, 12), "ds64");
  CHECK_EQ(at<std::uint32_t>(header, 16), 28U);
  CHECK_EQ(at<std::uint64_t>(header, 20), 10'000'000'000 + kWavHeaderBytes - 8);
  CHECK_EQ(at<std::uint64_t>(header, 28), 10'000'000'000U);
  CHECK_EQ(at<std::uint64_t>(header, 36), 5'000'000'000U);
  CHECK_EQ(at<std::uint32_t>(header, 76), UINT32_MAX);
}

TEST(wav_header_of_a_stream_leaves_the_length_open) {
  const auto header = wav_header(24000, kUnknownLength);
  CHECK_EQ(four(header, 0), "RIFF");
  CHECK_EQ(at<std::uint32_t>(header, 4), UINT32_MAX);
  CHECK_EQ(at<std::uint32_t>(header, 76), UINT32_MAX);
}

TEST(raw_target_is_read_with_its_options) {
  CHECK_EQ(parse_raw("-").file, "-");
  CHECK_EQ(parse_raw("-").rate_hz, 48000U);
  CHECK(parse_raw("-").format == SampleFormat::kS16);
  const RawTarget target = parse_raw("/tmp/a b.raw,format=f32,rate=22050");
  CHECK_EQ(target.file, "/tmp/a b.raw");
  CHECK_EQ(target.rate_hz, 22050U);
  CHECK(target.format == SampleFormat::kF32);
}

TEST(wrong_options_name_the_right_ones) {
  for (const char* wrong :
       {"raw:", "raw:,rate=48000", "raw:-,", "raw:-,rate", "raw:-,rate=", "raw:-,rate=-1", "raw:-,rate=48k",
        "raw:-,rate=7999", "raw:-,rate=99999999999999999999", "raw:-,format=u8", "raw:-,speed=2",
        "raw:-,rate=48000,", "wav:", "null:", "null:0", "null:-3", "null:fast"}) {
    CHECK(!complaint(wrong).empty());
  }
  CHECK(complaint("raw:-,speed=2").find("rate=48000") != std::string::npos);
  CHECK(complaint("raw:-,format=u8").find("s16") != std::string::npos);
}

TEST(unknown_output_lists_the_right_ones_and_the_nearest) {
  const std::string message = complaint("defualt");
  CHECK(message.find("did you mean \"default\"?") != std::string::npos);
  for (const char* right : {"default", "null", "wav:FILE", "raw:-"}) {
    CHECK(message.find(right) != std::string::npos);
  }
  CHECK(complaint("an output like no other").find("did you mean") == std::string::npos);
  CHECK(complaint(std::string(100'000, 'x')).find("did you mean") == std::string::npos);
  for (const char* wrong : {"", ":", "wav", "raw", "nul", "mp3:file"}) CHECK(!complaint(wrong).empty());
}

TEST(nearest_name_is_not_far_fetched) {
  CHECK_EQ(nearest_name("nul", {"default", "null"}), "null");
  CHECK_EQ(nearest_name("alsa_output.usb-Foo", {"alsa_output.usb-Fo0", "alsa_output.pci"}),
           "alsa_output.usb-Fo0");
  CHECK_EQ(nearest_name("headphones", {"default", "null"}), "");
  CHECK_EQ(nearest_name("", {"default", "null"}), "");
}

TEST(sent_audio_fades_from_the_right_place) {
  SentAudio sent(1000);
  const std::vector<float> ones(3000, 1.0F);
  sent.append(ones);
  CHECK_EQ(sent.end(), 3000U);
  CHECK(sent.oldest() <= 2000U);
  const std::vector<float> faded = sent.fade_out(2900, 2950, 10);
  CHECK_EQ(faded.size(), 100U);
  bool falls = faded.front() < 1.0F;
  for (std::size_t i = 1; i < 10; ++i)
    falls = falls && faded[i] < faded[i - 1] && faded[i - 1] - faded[i] < 0.1F;
  CHECK(falls);
  CHECK_EQ(faded[10], 0.0F);
  CHECK_EQ(faded[49], 0.0F);
  CHECK_EQ(faded[50], 1.0F);  // sent after what was to go
  const std::vector<float> again = sent.fade_out(2900, 2950, 10);
  CHECK_EQ(again[20], 0.0F);
}

TEST(fade_shortens_when_little_is_left) {
  SentAudio sent(100);
  sent.append(std::vector<float>(50, 1.0F));
  const std::vector<float> faded = sent.fade_out(46, 50, 100);
  CHECK_EQ(faded.size(), 4U);
  CHECK(faded.back() > 0.0F && faded.back() < 0.3F);
}

TEST(gate_mutes_to_the_first_zero_or_its_limit) {
  FadeGate gate;
  std::vector<float> frames = {0.5F, 0.4F, 0.0F, 0.3F, 0.2F};
  gate.apply(frames);
  CHECK_EQ(frames[0], 0.5F);
  gate.close(100);
  gate.apply(frames);
  CHECK_EQ(frames[1], 0.0F);
  CHECK_EQ(frames[3], 0.3F);
  std::vector<float> speech(10, 1.0F);
  gate.close(4);
  gate.apply(std::span(speech).first(2));
  gate.apply(std::span(speech).subspan(2));
  CHECK_EQ(speech[3], 0.0F);
  CHECK_EQ(speech[4], 1.0F);
}
