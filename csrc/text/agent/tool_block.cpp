#include "text/agent/tool_block.hpp"

#include <cstdint>

#include "text/agent/agent_record.hpp"
#include "text/agent/identity.hpp"
#include "text/agent/json_line.hpp"
#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

void name_tool(const Record& block, ProseWriter& out) {
  if (!out.names_tools()) return;
  const JsonValue type = block[Key::type];
  const std::uint64_t id = identity_of(block[Key::id]);
  const bool is_pi = type.equals("toolCall");
  if (is_pi || type.equals("tool_use") || type.equals("server_tool_use")) {
    out.call(id, block[Key::name]);
  } else if (type.equals("mcp_tool_use")) {
    out.call(id, block.find("server_name"), block[Key::name]);
  } else if (type.equals("toolRequest")) {  // goose
    const Record call(block.find("toolCall"));
    out.call(id, Record(call.find("value"))[Key::name]);
  }
}

}  // namespace streamtts::text
