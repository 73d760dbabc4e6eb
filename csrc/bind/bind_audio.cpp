// Conversion between Python and csrc/audio, and the GIL; no logic.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <tuple>
#include <vector>

#include "audio/output.hpp"
#include "audio/player.hpp"
#include "bind/bind.hpp"
#include "bind/pcm.hpp"

namespace py = pybind11;

namespace streamtts {
namespace {

using audio::Boundary;
using audio::Heard;
using audio::Player;
using audio::PlayerCounters;

using Unlocked = py::call_guard<py::gil_scoped_release>;

// The destructor joins threads, which must not wait for the GIL that its caller holds.
struct DeleteUnlocked {
  void operator()(const Player* player) const {
    const py::gil_scoped_release unlocked;
    delete player;
  }
};

bool write(Player& player, const py::buffer& pcm, std::uint32_t rate_hz, std::uint32_t turn,
           std::uint32_t seq, bool last, std::uint64_t epoch) {
  const py::buffer_info info = pcm.request();
  const std::span<const float> frames = mono_float32(info);
  const py::gil_scoped_release unlocked;
  return player.write(frames, rate_hz, turn, seq, last, epoch);
}

void bind_player(py::module_& m) {
  py::class_<Player, std::unique_ptr<Player, DeleteUnlocked>>(
      m, "Player",
      "Makes sound: one thread writes, any thread controls; see `streamtts devices` for outputs.")
      .def(py::init([](std::string output, std::uint32_t rate_hz, double ring_s) {
             const py::gil_scoped_release unlocked;
             return std::unique_ptr<Player, DeleteUnlocked>(new Player({std::move(output), rate_hz, ring_s}));
           }),
           py::arg("output") = "default", py::arg("rate_hz") = 48000, py::arg("ring_s") = 4.0)
      .def(
          "write", &write, py::arg("pcm"), py::arg("rate_hz"), py::kw_only(), py::arg("turn") = 1,
          py::arg("seq") = 0, py::arg("last") = false, py::arg("epoch") = 0,
          "Queue a piece of a sentence's audio; waits while the ring is full. False if a flush discarded it.")
      .def("drain", &Player::drain, py::arg("timeout_s"), Unlocked(),
           "Wait until the last frame written has been heard; False if that takes longer.")
      .def("flush", &Player::flush, py::arg("epoch") = 0, Unlocked(),
           "Discard everything written so far, and later writes of epochs before this one: silence within 10 "
           "ms.")
      .def("close", &Player::close, Unlocked(),
           "End the output, so that a file is complete; what was not heard is discarded: drain() first.")
      .def("pause", &Player::pause)
      .def("resume", &Player::resume, Unlocked())
      .def("set_volume", &Player::set_volume, py::arg("gain"))
      .def("set_speed", &Player::set_speed, py::arg("speed"))
      .def("heard", &Player::heard, Unlocked(), "What is being heard right now, not what was queued.")
      .def("boundaries", &Player::boundaries, py::arg("timeout_s"), Unlocked(),
           "Wait until a sentence begins or ends at the ear, for the timeout or wake(); all since the last "
           "call.")
      .def("wake", &Player::wake, "The boundaries() under way, or else the next one, returns now.")
      .def("counters", &Player::counters, Unlocked())
      .def("take_warning", &Player::take_warning, Unlocked(),
           "One sentence if the wanted output could not be had, else empty.")
      .def_property_readonly("buffered_s", py::cpp_function(&Player::buffered_s, Unlocked()))
      .def_property_readonly("latency_s", py::cpp_function(&Player::latency_s, Unlocked()))
      .def_property_readonly("rate_hz", &Player::rate_hz)
      .def_property_readonly("output_name", py::cpp_function(&Player::output_name, Unlocked()));
}

std::vector<std::tuple<std::string, std::string, bool>> devices() {
  std::vector<std::tuple<std::string, std::string, bool>> rows;
  for (const audio::DeviceInfo& device : audio::list_devices()) {
    rows.emplace_back(device.name, device.description, device.is_default);
  }
  return rows;
}

}  // namespace

void bind_audio(py::module_& m) {
  py::class_<Heard>(m, "Heard", "A place in the speech: offset_s into the audio of sentence (turn, seq).")
      .def_readonly("turn", &Heard::turn)
      .def_readonly("seq", &Heard::seq)
      .def_readonly("offset_s", &Heard::offset_s)
      .def_readonly("speaking", &Heard::speaking);
  py::class_<Boundary>(m, "Boundary",
                       "The first frame of sentence (turn, seq) at the ear, or the frame after its last.")
      .def_readonly("turn", &Boundary::turn)
      .def_readonly("seq", &Boundary::seq)
      .def_readonly("begins", &Boundary::begins)
      .def_readonly("media_s", &Boundary::media_s, "Sound before it: its place in a recording of the output.")
      .def_readonly("ago_s", &Boundary::ago_s, "Time since it was at the ear.");
  py::class_<PlayerCounters>(m, "PlayerCounters", "Frames and events since the player was made.")
      .def_readonly("written_frames", &PlayerCounters::written_frames)
      .def_readonly("played_frames", &PlayerCounters::played_frames)
      .def_readonly("flushed_frames", &PlayerCounters::flushed_frames)
      .def_readonly("rendered_frames", &PlayerCounters::rendered_frames)
      .def_readonly("padded_frames", &PlayerCounters::padded_frames)
      .def_readonly("underruns", &PlayerCounters::underruns)
      .def_readonly("overloads", &PlayerCounters::overloads)
      .def_readonly("reopened", &PlayerCounters::reopened);
  bind_player(m);
  m.def("devices", &devices, Unlocked(), "(name, description, is_default) of each output device.");
}

}  // namespace streamtts
