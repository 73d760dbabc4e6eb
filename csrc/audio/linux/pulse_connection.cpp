#include "audio/linux/pulse_connection.hpp"

#include <chrono>
#include <functional>
#include <string>
#include <utility>

#include "audio/linux/pulse_api.hpp"
#include "error.hpp"

namespace streamtts::audio {

namespace {

using Clock = std::chrono::steady_clock;

constexpr double kAnswerLimitSeconds = 2.0;

}  // namespace

PulseConnection::PulseConnection(std::function<void()> on_end)
    : api_(pulse::api()), on_end_(std::move(on_end)), mainloop_(api_.threaded_mainloop_new()) {
  // No media.role: its volume and device would be shared with every other program of that role.
  pulse::Proplist* properties = api_.proplist_new();
  api_.proplist_sets(properties, "application.id", "streamtts");
  api_.proplist_sets(properties, "application.icon_name", "audio-speakers");
  context_ =
      api_.context_new_with_proplist(api_.threaded_mainloop_get_api(mainloop_), "streamtts", properties);
  api_.proplist_free(properties);
  api_.context_set_state_callback(
      context_, [](pulse::Context*, void* self) { static_cast<PulseConnection*>(self)->on_state(); }, this);
  // A server that this call would start is none that anyone listens to.
  const bool asked = api_.context_connect(context_, nullptr, pulse::kContextNoAutospawn, nullptr) >= 0;
  const bool running = asked && api_.threaded_mainloop_start(mainloop_) >= 0;
  const auto answered = [this] {
    return ended() || api_.context_get_state(context_) == pulse::kContextReady;
  };
  if (!running || !wait(kAnswerLimitSeconds, answered) || ended()) {
    disconnect();
    throw Error("no PulseAudio or PipeWire sound server answers");
  }
}

PulseConnection::~PulseConnection() {
  disconnect();
}

void PulseConnection::disconnect() {
  {
    const auto alone = locked();
    api_.context_set_state_callback(context_, nullptr, nullptr);
    api_.context_disconnect(context_);
    api_.context_unref(context_);
  }
  api_.threaded_mainloop_stop(mainloop_);
  api_.threaded_mainloop_free(mainloop_);
}

bool PulseConnection::wait(double limit_s, const std::function<bool()>& done) {
  const Clock::time_point end =
      Clock::now() + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(limit_s));
  for (;;) {
    {
      const auto alone = locked();
      if (done()) return true;
    }
    const double left_s = std::chrono::duration<double>(end - Clock::now()).count();
    if (left_s <= 0) return false;
    changed_.wait_for(left_s);
  }
}

bool PulseConnection::ended() const {
  const int state = api_.context_get_state(context_);
  return state == pulse::kContextFailed || state == pulse::kContextTerminated;
}

std::string PulseConnection::last_error() const {
  return api_.strerror(api_.context_errno(context_));
}

void PulseConnection::on_state() {
  changed();
  if (ended() && on_end_) on_end_();
}

}  // namespace streamtts::audio
