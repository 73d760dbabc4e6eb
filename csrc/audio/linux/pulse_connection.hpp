// A connection to the sound server, and the thread of libpulse that serves it. Callbacks run on that thread
// with its lock held; whoever waits for one waits with a time limit, because a server may hang.
#pragma once

#include <functional>
#include <mutex>
#include <string>

#include "audio/linux/pulse_api.hpp"
#include "audio/wake.hpp"

namespace streamtts::audio {

class PulseConnection {
 public:
  // Throws streamtts::Error if no server answers; none is started. `on_end` is called, with the lock held,
  // when the connection is lost.
  explicit PulseConnection(std::function<void()> on_end = {});
  ~PulseConnection();
  PulseConnection(const PulseConnection&) = delete;
  PulseConnection& operator=(const PulseConnection&) = delete;

  [[nodiscard]] std::unique_lock<const PulseConnection> locked() const {
    return std::unique_lock<const PulseConnection>(*this);
  }
  void lock() const { api_.threaded_mainloop_lock(mainloop_); }
  void unlock() const { api_.threaded_mainloop_unlock(mainloop_); }

  // To be called by every callback that changes what wait() may wait for.
  void changed() { changed_.notify(); }
  // `done` is called with the lock held. False if it did not come true in time. One thread at a time.
  bool wait(double limit_s, const std::function<bool()>& done);

  pulse::Context* context() const { return context_; }
  bool ended() const;  // with the lock held
  std::string last_error() const;

 private:
  void on_state();
  void disconnect();

  const pulse::Api& api_;
  std::function<void()> on_end_;
  Wake changed_;
  pulse::Mainloop* mainloop_ = nullptr;
  pulse::Context* context_ = nullptr;
};

}  // namespace streamtts::audio
