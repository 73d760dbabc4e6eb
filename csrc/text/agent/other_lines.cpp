#include "text/agent/other_lines.hpp"

#include <cstdint>

#include "text/agent/agent_record.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/tool_block.hpp"

namespace streamtts::text {
namespace {

enum Block : std::uint8_t {
  gemini_block = 1,
  gemini_api_block,
  goose_block,
  ollama_block,
  pi_block,
  plain_block
};

bool from_assistant(const Record& message) {
  return !message[Key::role].is_set() || message[Key::role].equals("assistant");
}

// The words of an error in any of the shapes that tools give it.
JsonValue error_text(const Record& line) {
  const JsonValue error = line[Key::error];
  if (error.is_string()) return error;
  if (line[Key::message].is_string()) return line[Key::message];
  const Record inner(error);
  if (inner[Key::message].is_string()) return inner[Key::message];
  const JsonValue nested = Record(inner[Key::data])[Key::message];
  if (nested.is_string()) return nested;
  const JsonValue data = Record(line[Key::data])[Key::message];
  return data.is_string() ? data : inner[Key::name];
}

}  // namespace

void OtherLines::content(const JsonValue& content, std::uint64_t block) {
  if (content.is_string()) {
    out_.open(block);
    out_.say(out_.whole(content));
  }
  content.for_each([&](const JsonValue& element) {
    const Record part(element);
    const JsonValue type = part[Key::type];
    if (type.equals("text") || type.equals("output_text")) {
      out_.open(block);
      out_.say(out_.whole(part[Key::text]));
    } else if (!part.empty()) {
      out_.flush();
      name_tool(part, out_);
    }
  });
}

void OtherLines::message(const Record& line) {
  const JsonValue inner = line[Key::message];
  if (inner.is_object()) {
    goose(Record(inner));
    return;
  }
  if (line[Key::content].is_string()) {
    gemini_cli(line);
    return;
  }
  out_.flush();
  if (!line[Key::role].equals("assistant")) return;
  out_.worked();
  content(line[Key::content], plain_block);
  out_.flush();
  const JsonValue reason = line[Key::stop_reason];
  if (reason.is_set() && !reason.equals("tool_use") && !reason.equals("pause_turn")) out_.end_turn();
}

void OtherLines::gemini_cli(const Record& line) {
  if (line[Key::role].equals("user")) out_.end_turn();
  if (!line[Key::role].equals("assistant")) return;
  const bool is_piece = line[Key::delta].is_true();
  if (is_piece) {
    out_.join(gemini_block);
    out_.say(out_.piece(line[Key::content]));
    return;
  }
  out_.flush();
  out_.say(out_.whole(line[Key::content]));
  out_.flush();
}

void OtherLines::goose(const Record& message) {
  if (!message[Key::role].equals("assistant")) {
    out_.flush();
    return;
  }
  out_.worked();
  const std::uint64_t block = hash_of(message[Key::id].raw(), goose_block);
  const JsonValue content = message[Key::content];
  const auto piece = [this, block](const JsonValue& text) {
    out_.join(block);
    out_.say(out_.piece(text));
  };
  if (content.is_string()) piece(content);
  content.for_each([&](const JsonValue& element) {
    const Record part(element);
    if (part[Key::type].equals("text")) {
      piece(part[Key::text]);
    } else if (!part.empty()) {
      out_.flush();
      name_tool(part, out_);
    }
  });
}

void OtherLines::untyped_content(const Record& line) {
  out_.flush();
  if (!from_assistant(line)) return;
  content(line[Key::content], plain_block);
  out_.flush();
}

void OtherLines::gemini_api(const Record& line) {
  bool first = true;
  line[Key::candidates].for_each([&](const JsonValue& element) {
    const Record candidate(element);
    const JsonValue index = candidate[Key::index];
    const bool chosen = index.is_set() ? index.scalar() == "0" : first;
    first = false;
    if (!chosen) return;
    bool calls = false;
    Record(candidate[Key::content])[Key::parts].for_each([&](const JsonValue& value) {
      const Record part(value);
      const JsonValue call = part[Key::function_call];
      calls = calls || call.is_set();
      if (calls) out_.flush();
      if (out_.names_tools() && call.is_set())
        out_.call(identity_of(Record(call)[Key::id]), Record(call)[Key::name]);
      if (part[Key::thought].is_true() || !part[Key::text].is_string()) return;
      out_.join(gemini_api_block);
      out_.say(out_.piece(part[Key::text]));
    });
    if (!candidate[Key::finish_reason_camel].is_set()) return;
    out_.flush();
    if (!calls) out_.end_turn();
  });
}

void OtherLines::opencode_text(const Record& line) {
  const Record part(line[Key::part]);
  if (!part[Key::type].equals("text") || part[Key::synthetic].is_true()) return;
  const std::string_view id = part[Key::id].raw();
  if (!id.empty() && !parts_.insert(hash_of(id))) return;
  out_.open(hash_of(part[Key::message_id_upper].raw()));
  out_.say(out_.whole(part[Key::text]));
}

void OtherLines::opencode_step_finish(const Record& line) {
  const JsonValue reason = Record(line[Key::part])[Key::reason];
  out_.flush();
  if (reason.is_set() && !reason.equals("tool-calls")) out_.end_turn();
}

void OtherLines::pi_message_start(const Record& line) {
  out_.flush();
  pi_ = {};
  pi_open_ = false;
  if (Record(line[Key::message])[Key::role].equals("user")) out_.end_turn();
}

void OtherLines::pi_message(const Record& line, bool ended) {
  const Record message(line[Key::message]);
  if (!message[Key::role].equals("assistant")) return;
  out_.worked();
  joined_.clear();
  const JsonValue content = message[Key::content];
  bool text_is_last = true;
  if (content.is_string()) joined_ = out_.whole(content);
  content.for_each([&](const JsonValue& element) {
    const Record part(element);
    text_is_last = part[Key::type].equals("text");
    if (text_is_last) joined_.append(out_.whole(part[Key::text]));
  });
  std::string_view news = joined_;
  if (pi_open_ && TextIdentity::of(news.substr(0, pi_.bytes)) == pi_) {
    news.remove_prefix(pi_.bytes);
  } else if (pi_open_) {
    out_.flush();
    pi_ = {};
  }
  pi_open_ = true;
  pi_.append(news);
  out_.join(pi_block);
  out_.say(news);
  if (ended || !text_is_last) out_.flush();
  if (out_.names_tools()) {
    content.for_each([this](const JsonValue& element) { name_tool(Record(element), out_); });
  }
  if (!ended) return;
  pi_ = {};
  pi_open_ = false;
  if (message[Key::stop_reason_camel].equals("error")) out_.notice(out_.whole(message[Key::error_message]));
}

void OtherLines::copilot_delta(const Record& line) {
  const Record data(line[Key::data]);
  if (data[Key::parent_tool_call_id].is_set()) return;
  const std::string_view utf8 = out_.piece(data[Key::delta_content]);
  if (utf8.empty()) return;
  const std::uint64_t message = hash_of(data[Key::message_id].raw(), 1);
  if (message != copilot_message_) copilot_.end_block();
  copilot_message_ = message;
  copilot_.append(message, utf8);
  out_.join(message);
  out_.say(utf8);
}

void OtherLines::copilot_message(const Record& line) {
  const Record data(line[Key::data]);
  if (data[Key::parent_tool_call_id].is_set()) return;
  out_.worked();
  const std::uint64_t message = hash_of(data[Key::message_id].raw(), 1);
  const HeardText::Rest rest = copilot_.confirm(message, out_.whole(data[Key::content]), true);
  copilot_.end_block();
  if (!rest.known) out_.flush();
  out_.say(rest.text);
  out_.flush();
}

void OtherLines::copilot_tool(const Record& line) {
  out_.worked();
  out_.flush();
  const Record data(line[Key::data]);
  if (!out_.names_tools() || data[Key::parent_tool_call_id].is_set()) return;
  out_.call(identity_of(data.find("toolCallId")), data.find("toolName"));
}

void OtherLines::ollama_piece(const JsonValue& text) {
  out_.join(ollama_block);
  out_.say(out_.piece(text));
}

void OtherLines::ollama_chat(const Record& line) {
  const Record message(line[Key::message]);
  if (!from_assistant(message)) return;
  ollama_piece(message[Key::content]);
  if (out_.names_tools()) {
    message[Key::tool_calls].for_each([this](const JsonValue& element) {
      out_.call(0, Record(Record(element).find("function"))[Key::name]);
    });
  }
  if (line[Key::done].is_true()) out_.end_turn();
}

void OtherLines::ollama_generate(const Record& line) {
  ollama_piece(line[Key::response]);
  if (line[Key::done].is_true()) out_.end_turn();
}

void OtherLines::error(const Record& line) {
  out_.flush();
  if (line[Key::severity].equals("warning")) return;
  out_.notice(out_.whole(error_text(line)));
}

}  // namespace streamtts::text
