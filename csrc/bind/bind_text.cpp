// Conversion between Python and csrc/text, and the GIL; no logic.
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/typing.h>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "bind/bind.hpp"
#include "bind/exclusive.hpp"
#include "bind/words.hpp"
#include "text/jsonl.hpp"
#include "text/markdown.hpp"
#include "text/protect.hpp"
#include "text/sentence.hpp"
#include "text/sentence_stream.hpp"

namespace py = pybind11;

namespace streamtts {
namespace {

using text::Cleaner;
using text::Extractor;
using text::SentenceStream;
using text::Splitter;

constexpr std::array kEventKinds{"text", "flush", "turn", "tool", "notice"};
constexpr std::array kSentenceEnds{"stop", "block", "flush", "eof", "clause", "tool", "turn"};
constexpr std::array kSpanKinds{"code", "identifier", "file", "url", "version", "flag", "number"};

// The Python string for an enum's value, typed for the stub.
template <typename Name, std::size_t N, typename Enum>
Name name_of(const std::array<const char*, N>& names, Enum value) {
  return py::reinterpret_steal<Name>(PyUnicode_InternFromString(names.at(static_cast<std::size_t>(value))));
}

text::Say say_from(const std::string& word) {
  if (word == "skip") return text::Say::skip;
  if (word == "brief") return text::Say::brief;
  if (word == "read") return text::Say::read;
  throw py::value_error("'" + word + "' is none of skip, brief, read");
}

bool names_tools(const std::string& word) {
  if (word != "skip" && word != "brief") throw py::value_error("'" + word + "' is none of skip, brief");
  return word == "brief";
}

// A Python string may hold lone surrogates, which UTF-8 cannot; the core is promised valid UTF-8.
std::string utf8(const py::str& words) {
  py::object encoded = py::reinterpret_steal<py::object>(PyUnicode_AsUTF8String(words.ptr()));
  if (!encoded) {
    PyErr_Clear();
    const py::object joined =
        words.attr("encode")("utf-16-le", "surrogatepass").attr("decode")("utf-16-le", "replace");
    encoded = joined.attr("encode")("utf-8");
  }
  return encoded.cast<std::string>();
}

struct OwnedEvent {
  text::EventKind kind;
  std::string text;
  std::uint32_t turn;
};

class EventList final : public text::EventSink {
 public:
  void on_event(const text::Event& event) override {
    events.push_back({event.kind, std::string(event.text), event.turn});
  }
  std::vector<OwnedEvent> events;
};

using SpanTuple = std::tuple<std::uint32_t, std::uint32_t, SpanKindName>;
using SentenceTuple =
    std::tuple<std::uint32_t, std::uint32_t, std::string, SentenceEndName, std::vector<SpanTuple>>;
using StretchTuple = std::tuple<std::uint32_t, std::uint32_t>;
using Rows = py::typing::List<SentenceTuple>;

std::vector<SpanTuple> to_tuples(const std::vector<text::Span>& spans) {
  std::vector<SpanTuple> tuples;
  tuples.reserve(spans.size());
  for (const text::Span& span : spans)
    tuples.emplace_back(span.begin, span.end, name_of<SpanKindName>(kSpanKinds, span.kind));
  return tuples;
}

std::vector<StretchTuple> to_tuples(const std::vector<text::Stretch>& stretches) {
  std::vector<StretchTuple> tuples;
  tuples.reserve(stretches.size());
  for (const text::Stretch& stretch : stretches) tuples.emplace_back(stretch.begin, stretch.end);
  return tuples;
}

// The stub knows five values; the sixth, the stressed words, is only for who asked for it.
Rows to_rows(std::vector<text::NumberedSentence> sentences, bool stresses) {
  Rows rows;
  for (text::NumberedSentence& s : sentences) {
    SentenceTuple row(s.turn, s.seq, std::move(s.text), name_of<SentenceEndName>(kSentenceEnds, s.end),
                      to_tuples(s.protected_spans));
    if (stresses) {
      rows.append(std::tuple_cat(std::move(row), std::make_tuple(to_tuples(s.stressed))));
    } else {
      rows.append(std::move(row));
    }
  }
  return rows;
}

std::vector<std::string> to_strings(std::vector<text::Sentence> sentences) {
  std::vector<std::string> strings;
  strings.reserve(sentences.size());
  for (text::Sentence& sentence : sentences) strings.push_back(std::move(sentence.text));
  return strings;
}

py::str repr(const OwnedEvent& event) {
  return py::str("Event(kind={!r}, text={!r}, turn={})")
      .format(name_of<EventKindName>(kEventKinds, event.kind), event.text, event.turn);
}

void bind_extractor(py::module_& m) {
  py::class_<OwnedEvent>(m, "Event", "One thing the agent said or did.")
      .def_property_readonly("kind",
                             [](const OwnedEvent& e) { return name_of<EventKindName>(kEventKinds, e.kind); })
      .def_readonly("text", &OwnedEvent::text)
      .def_readonly("turn", &OwnedEvent::turn)
      .def("__repr__", &repr);

  using Shared = Exclusive<Extractor>;
  py::class_<Shared>(m, "Extractor", "An agent's JSON lines, in any chunking, to events.")
      .def(py::init<>())
      .def(
          "feed",
          [](Shared& self, const py::bytes& data) {
            EventList list;
            const std::string_view bytes = data;
            const py::gil_scoped_release unlocked;
            self.use([&](Extractor& extractor) { extractor.feed(bytes, list); });
            return std::move(list.events);
          },
          py::arg("data"))
      .def("finish",
           [](Shared& self) {
             EventList list;
             self.use([&](Extractor& extractor) { extractor.finish(list); });
             return std::move(list.events);
           })
      .def("stats", [](Shared& self) { return self.use([](Extractor& e) { return e.stats(); }); });
}

void bind_cleaner(py::module_& m) {
  using Shared = Exclusive<Cleaner>;
  py::class_<Shared>(m, "Cleaner", "Streaming markdown to speakable text; a newline is a hard boundary.")
      .def(py::init([](const std::string& code, const std::string& tables) {
             return std::make_unique<Shared>(text::CleanerOptions{say_from(code), say_from(tables), false});
           }),
           py::arg("code") = "brief", py::arg("tables") = "brief")
      .def(
          "feed",
          [](Shared& self, const py::str& prose) {
            std::string out;
            self.use([&, words = utf8(prose)](Cleaner& cleaner) { cleaner.feed(words, out); });
            return out;
          },
          py::arg("text"))
      .def("finish", [](Shared& self) {
        std::string out;
        self.use([&](Cleaner& cleaner) { cleaner.finish(out); });
        return out;
      });
}

constexpr const char* kArriving =
    "The first words of the sentence that is still arriving, as far as they are known.";

template <typename Stage>
std::string arriving(Exclusive<Stage>& shared) {
  return shared.use([](Stage& stage) { return std::string(stage.arriving()); });
}

void bind_splitter(py::module_& m) {
  using Shared = Exclusive<Splitter>;
  py::class_<Shared>(m, "Splitter", "Speakable text to sentences; a newline is a hard boundary.")
      .def(py::init<bool>(), py::arg("eager") = false)
      .def(
          "feed",
          [](Shared& self, const py::str& prose) {
            std::vector<text::Sentence> out;
            self.use([&, words = utf8(prose)](Splitter& splitter) { splitter.feed(words, out); });
            return to_strings(std::move(out));
          },
          py::arg("text"))
      .def("finish",
           [](Shared& self) {
             std::vector<text::Sentence> out;
             self.use([&](Splitter& splitter) { splitter.finish(text::SentenceEnd::eof, out); });
             return to_strings(std::move(out));
           })
      .def("arriving", &arriving<Splitter>, kArriving);

  m.def(
      "protected_spans",
      [](const py::str& sentence) { return to_tuples(text::protected_spans(utf8(sentence))); },
      py::arg("sentence"), "(start, end, kind) of what a translator must leave alone, in characters.");
}

Rows pull(Exclusive<SentenceStream>& shared) {
  std::vector<text::NumberedSentence> out;
  bool stresses = false;
  {
    const py::gil_scoped_release unlocked;
    shared.use([&](SentenceStream& stream) {
      stresses = stream.tells_stresses();
      return stream.pull(out);
    });
  }
  return to_rows(std::move(out), stresses);
}

void push(Exclusive<SentenceStream>& shared, const py::bytes& data) {
  const std::string_view bytes = data;
  const py::gil_scoped_release unlocked;
  shared.use([&](SentenceStream& stream) { stream.push(bytes); });
}

void bind_sentence_stream(py::module_& m) {
  using Shared = Exclusive<SentenceStream>;
  py::class_<Shared>(
      m, "SentenceStream",
      "An agent's bytes to (turn, seq, text, end, protected) tuples: all the stages as one. With"
      " `stresses`, a sixth value is the (start, end) of each stretch to be stressed.")
      .def(py::init([](const std::string& code, const std::string& tables, bool eager,
                       const std::string& tools, bool turn_ends, bool stresses) {
             return std::make_unique<Shared>(text::SentenceStreamOptions{
                 say_from(code), say_from(tables), eager, names_tools(tools), turn_ends, stresses});
           }),
           py::arg("code") = "brief", py::arg("tables") = "brief", py::arg("eager") = false,
           py::arg("tools") = "skip", py::arg("turn_ends") = false, py::arg("stresses") = false)
      .def("push", &push, py::arg("data"))
      .def(
          "push_end", [](Shared& self) { self.use([](SentenceStream& stream) { stream.push_end(); }); },
          "The end of one input; the next may follow, its turns count on.")
      .def("pull", &pull, "The next sentences that are known: some of them, none once there are no more.")
      .def("arriving", &arriving<SentenceStream>, kArriving)
      .def(
          "take_notices",
          [](Shared& self) { return self.use([](SentenceStream& stream) { return stream.take_notices(); }); },
          "Messages for the eye since the last call.")
      .def("stats",
           [](Shared& self) { return self.use([](SentenceStream& stream) { return stream.stats(); }); });
}

}  // namespace

void bind_text(py::module_& m) {
  py::class_<text::ExtractorStats>(m, "ExtractorStats", "What the extractor has seen so far.")
      .def_readonly("lines", &text::ExtractorStats::lines)
      .def_readonly("events", &text::ExtractorStats::events)
      .def_readonly("skipped", &text::ExtractorStats::skipped)
      .def_readonly("whole_message_claude", &text::ExtractorStats::whole_message_claude);
  bind_extractor(m);
  bind_cleaner(m);
  bind_splitter(m);
  bind_sentence_stream(m);
}

}  // namespace streamtts
