// Floats as the files of models hold them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace streamtts::nmt {

enum class Kind : std::uint8_t { kFloat32, kFloat16, kBfloat16 };

std::size_t bytes_each(Kind kind);

// The bytes are of any alignment, and as many as whole floats have.
std::vector<float> floats_of(std::span<const std::byte> bytes, Kind kind);

}  // namespace streamtts::nmt
