// Ring + stretch + output: the one object that makes sound. One producer thread writes; any thread controls.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace streamtts::audio {

struct PlayerOptions {
  std::string output = "default";
  std::uint32_t rate_hz = 48000;  // asked of the output; the ring runs at what it answers
  double ring_s = 4.0;
};

// What is being heard right now, not what was queued.
struct Heard {
  std::uint32_t turn = 0;
  std::uint32_t seq = 0;
  double offset_s = 0;  // into this sentence's own audio
  bool speaking = false;
};

// The first frame of a sentence at the ear, or the frame after its last.
struct Boundary {
  std::uint32_t turn = 0;
  std::uint32_t seq = 0;
  bool begins = false;
  double media_s = 0;  // the sound before it, silence included: its place in a recording of the output
  double ago_s = 0;    // since it was at the ear
};

struct PlayerCounters {
  std::uint64_t written_frames = 0;   // into the ring
  std::uint64_t played_frames = 0;    // taken from the ring by the callback
  std::uint64_t flushed_frames = 0;   // thrown away by flush
  std::uint64_t rendered_frames = 0;  // given to the output, silence included
  std::uint64_t padded_frames = 0;    // silence inside an underrun
  std::uint64_t underruns = 0;        // episodes
  std::uint64_t overloads = 0;        // as the device reports them
  std::uint64_t reopened = 0;         // devices lost or changed under us
};

class Player {
 public:
  explicit Player(const PlayerOptions& options);
  ~Player();

  // Queues one piece of a sentence's audio, blocking while the ring is full. `last` ends the sentence, so
  // that silence after it is no underrun. Returns false when a flush discarded the piece instead: one that
  // came while it waited, or an earlier one to a later epoch than the piece's.
  bool write(std::span<const float> pcm, std::uint32_t rate_hz, std::uint32_t turn, std::uint32_t seq,
             bool last, std::uint64_t epoch = 0);
  // Returns when the last written frame has been heard; false if that took longer than `timeout_s`.
  bool drain(double timeout_s);
  // Silence within 10 ms plus the device's latency; everything written before this call is discarded, and a
  // blocked write() returns. From now on pieces of epochs before `epoch` are discarded too, so that a writer
  // that does not know of the flush yet cannot break the silence. Returns at once.
  void flush(std::uint64_t epoch = 0);
  // Ends the output: a file is complete. What was not heard is discarded, as is everything written later.
  void close();
  void pause();
  void resume();
  void set_volume(double gain);  // 0 to 1, smoothed
  void set_speed(double speed);  // 0.5 to 3

  Heard heard() const;
  // Waits until a sentence begins or ends at the ear, but no longer than `timeout_s` or until wake(), and
  // returns what did since the last call, in order. A sentence that a flush cut has no end, and no beginning
  // if it was not heard. For one thread at a time; what is not read for hours is dropped. Throws once the
  // output has failed for good: nothing more will be heard.
  std::vector<Boundary> boundaries(double timeout_s);
  // The boundaries() under way, or else the next one, returns now.
  void wake();
  PlayerCounters counters() const;
  double buffered_s() const;  // written and not yet heard
  double latency_s() const;
  std::uint32_t rate_hz() const;
  std::string output_name() const;  // what is open now
  std::string take_warning();       // one sentence if the wanted output could not be had; empty otherwise

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace streamtts::audio
