// How the name of a tool sounds: "mcp__github__create_issue" is "github create issue".
#pragma once

#include <string>
#include <string_view>

namespace streamtts::text {

// A few words, whatever stands in `utf8`, with a full stop.
std::string spoken_tool_name(std::string_view utf8);

}  // namespace streamtts::text
