// A block of a message's content that calls a tool, in the ways that agents write one.
#pragma once

#include "text/agent/agent_record.hpp"
#include "text/agent/prose_writer.hpp"

namespace streamtts::text {

// Names the tool; does nothing for a block of another kind.
void name_tool(const Record& block, ProseWriter& out);

}  // namespace streamtts::text
