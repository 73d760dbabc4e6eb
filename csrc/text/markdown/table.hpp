// Rows of a pipe table.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace streamtts::text {

// Cells without their outer white space; "\|" and pipes in inline code do not divide.
std::vector<std::string> split_row(std::string_view line);

// "|---|:--:|" below a header row.
bool is_delimiter_row(std::string_view line);

// "Name: parser, State: done", still markdown; a header without a cell is left out.
std::string row_sentence(const std::vector<std::string>& header, const std::vector<std::string>& cells);

// "Table with 4 rows."
std::string table_notice(std::size_t rows);

}  // namespace streamtts::text
