// Which words of a sentence are to be stressed, of those that were written in bold.
#pragma once

#include <string_view>
#include <vector>

#include "text/span.hpp"

namespace streamtts::text {

// From the first letter to the last, without the stop or comma at the end. Bold stresses nothing
// - where all words of the sentence are bold: that is a title, or says that the whole of it matters;
// - where it is the sentence's label: its first words, before a colon or a dash ("**Note:** ...");
// - where it is a part of what is written together ("**S**ingle", "**re**-run").
std::vector<Stretch> stressed(std::string_view sentence, const std::vector<Stretch>& strong);

}  // namespace streamtts::text
