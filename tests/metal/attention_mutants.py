"""Wrong edits of the attention kernels; the tests of each family must notice every one of them."""

SHARED = {
    "false is attended to": ("return elements[at] != 0;", "return true;"),
    "what is added is ignored": ("added = float(", "float("),
    "the sum is not rescaled": ("    sum *= kept;\n", ""),
    "a sum of nothing is a divisor": ("sum == 0.0f ? 0.0f : gathered / sum", "gathered / sum"),
    "weights are not divided": ("gathered / sum;", "gathered;"),
    "the lowest score is infinite": ("= -3.402823466e+38f;", "= -INFINITY;"),
    "the first of four four times": (
        "float4(float(at[0]), float(at[1])",
        "float4(float(at[0]), float(at[0])",
    ),
}

DECODE = SHARED | {
    "unscaled": (" * scale;\n", ";\n"),
    "scaled as is usual": (" * scale;\n", " * 0.125f;\n"),
    "scaled twice": (" * scale;\n", " * (scale * scale);\n"),
    "minus infinity is read": ("return added != -INFINITY;", "return true;"),
    "values are not rescaled": ("values[four] * kept + sum", "values[four] + sum"),
    "lanes do not rescale each other": ("rescale(softmax.raise(simd", "(softmax.raise(simd"),
    "lanes exchange too little": (
        "for (ushort distance = kLanesAKey;",
        "for (ushort distance = 2 * kLanesAKey;",
    ),
    "a product lacks lanes": (
        "distance < kLanesAKey; distance *= 2",
        "distance < kLanesAKey / 2; distance *= 2",
    ),
    "a barrier is missing": ("  threadgroup_barrier(mem_flags::mem_threadgroup);\n", ""),
    "the last key is left out": ("key < end && mask", "key < end - 1 && mask"),
    "one key too many": ("key < end && mask", "key <= end && mask"),
    "keys of a lane overlap": (
        "scores[i] = head.score(first + i * kKeysAtOnce",
        "scores[i] = head.score(first + i",
    ),
    "simdgroups take the same keys": ("int step = begin + place.simdgroup * kKeysAStep", "int step = begin"),
    "simdgroups skip keys": ("const int turn = place.simdgroups", "const int turn = 2 * place.simdgroups"),
    "the new key is not appended": ("    k[element] = new_k[element];\n", ""),
    "the new value where the key belongs": ("v[element] = new_v[element]", "v[element] = new_k[element]"),
    "appended one place too far": (
        "v.at(place.batch, place.key_head, shape.keys - 1)",
        "v.at(place.batch, place.key_head, shape.keys)",
    ),
    "always appended": ("if (!shape.appends || place.block", "if (place.block"),
    "appended for the first head alone": (
        "place.head % shape.sharing != 0) return",
        "place.head != 0) return",
    ),
    "the new key is read from the cache": ("key == fresh_at ? fresh : cached", "cached"),
    "every head has its own keys": ("const int key_head = head / shape.sharing", "const int key_head = head"),
    "keys lie without a gap": ("cached + key * stride", "cached + key * 64"),
    "values lie as keys do": (
        "tensors.v + shape.v.at(batch, key_head, 0), shape.v.position",
        "tensors.v + shape.v.at(batch, key_head, 0), shape.k.position",
    ),
    "new values lie as new keys do": ("new_v + shape.new_v.at(batch", "new_v + shape.new_k.at(batch"),
    "a mask for every head": ("shape.mask.at(batch, place.head, 0)", "shape.mask.at(batch, 0, 0)"),
    "a mask without gaps": ("mask_offset + key * mask_stride", "mask_offset + key"),
    "one mask for the batch": ("shape.mask.at(batch, place.head, 0)", "shape.mask.at(0, place.head, 0)"),
    "queries lie without a gap": (
        "shape.q.at(batch, place.head, 0)",
        "(batch * shape.heads + place.head) * D",
    ),
    "results lie without a gap": (
        "shape.out.at(place.batch, place.head, 0)",
        "(place.batch * shape.heads + place.head) * D",
    ),
    "a part lies on another": ("parts + place.simdgroup * part_floats<D>()", "parts + place.simdgroup * D"),
    "the last keys run on": ("min(begin + length, shape.keys)", "begin + length + 1"),
    "parts are not rescaled": ("    gathered *= softmax.raise(highest);", "    softmax.raise(highest);"),
    "sums of parts are not weighed": ("softmax.sum += weight * sum;", "softmax.sum += sum;"),
    "in half": ("    float product = 0.0f;", "    half product = 0.0f;"),
}

# Of what only two dispatches do.
BLOCKS = {
    "a block is lost": ("merge<D>(parts, shape.blocks,", "merge<D>(parts, shape.blocks - 1,"),
    "blocks overlap": ("begin = place.block * length;", "begin = place.block * (length - 1);"),
    "blocks are too short": ("(shape.keys + blocks - 1) / blocks", "shape.keys / blocks"),
    "the first block's part alone": ("* shape.blocks + block) * part", "* shape.blocks) * part"),
    "one highest for all": ("part[D] = whole.softmax.highest;", "part[D] = 0.0f;"),
    "blocks do not append": ("place.block != 0 || place.head", "place.block >= 0 || place.head"),
}

PREFILL = SHARED | {
    "unscaled": ("row.score(scores[i] * scale", "row.score(scores[i]"),
    "scaled as is usual": ("row.score(scores[i] * scale", "row.score(scores[i] * 0.125f"),
    "values are not rescaled": (
        "simdgroup_multiply_accumulate(sum, kept, gathered[i], sum)",
        "gathered[i] = sum",
    ),
    "rescaled when nothing has changed": (
        "    if (lane % kLanesAQuery == 0) memory",
        "    if (lane == 0) memory",
    ),
    "a row of the diagonal": ("lane / kLanesAQuery * (kSide + 1)", "lane / kLanesAQuery * kSide"),
    "the diagonal holds what was there": (
        "i += kSimdWidth) memory.diagonal[i] = 0.0f;",
        "i += kSimdWidth) {}",
    ),
    "one lane's highest": ("      highest = max(highest, simd_shuffle_xor(highest, distance));\n", ""),
    "one lane's sum": (
        "sum += simd_shuffle_xor(sum, distance);",
        "sum += 0.0f * simd_shuffle_xor(sum, distance);",
    ),
    "later keys are seen": ("return causal ?", "return false ?"),
    "its own key is not seen": ("keys - queries + query + 1", "keys - queries + query"),
    "queries are the first positions": ("keys - queries + query + 1", "query + 1"),
    "keys past the end": (
        "const bool attends = key < end && mask",
        "const bool attends = key <= end && mask",
    ),
    "rows past the end are read": ("row < there ? read_four", "true ? read_four"),
    "queries past the end are written": ("i < COLUMNS && query < there;", "i < COLUMNS;"),
    "keys are not transposed": ("ulong2(0, 0), true)", "ulong2(0, 0), false)"),
    "values instead of keys": ("memory.keys + (j *", "memory.values + (j *"),
    "tiles change too early": (
        "    threadgroup_barrier(mem_flags::mem_threadgroup);  // all have used what is in the tiles\n",
        "",
    ),
    "tiles are used too early": (
        "    threadgroup_barrier(mem_flags::mem_threadgroup);\n    if (first",
        "    if (first",
    ),
    "a simdgroup ends too early": ("first >= end_of_simdgroup", "first + TILE >= end_of_simdgroup"),
    "scores are used too early": (
        "      simdgroup_barrier(mem_flags::mem_threadgroup);\n      for (int i = 0; i < keys_a_lane",
        "      for (int i = 0; i < keys_a_lane",
    ),
    "scores change too early": (
        "* kLanesAQuery];\n      }\n      simdgroup_barrier(mem_flags::mem_threadgroup);\n",
        "* kLanesAQuery];\n      }\n",
    ),
    "weights are used too early": (
        "first, lane);\n    simdgroup_barrier(mem_flags::mem_threadgroup);\n",
        "first, lane);\n",
    ),
    "every tile is the first": ("shape.k.at(batch, key_head, first)", "shape.k.at(batch, key_head, 0)"),
    "every head has its own keys": ("const int key_head = head / shape.sharing", "const int key_head = head"),
    "values lie as keys do": ("first), shape.v.position", "first), shape.k.position"),
    "queries lie without a gap": ("shape.q.position", "D"),
    "results lie without a gap": ("shape.out.position", "D"),
    "a mask for every query": ("shape.mask.at(batch, head, query)", "shape.mask.at(batch, head, 0)"),
    "a mask without gaps": ("mask_offset + key * mask_stride", "mask_offset + key"),
    "a part of each product is lost": ("part < PARTS", "part < PARTS - 1"),
    "only the last part of each product": ("products[i] += memory.scores", "products[i] = memory.scores"),
    "what is not a number spreads": ("T(number_or_zero(float(weight)))", "weight"),
    "what is infinite spreads": ("= number_or_zero(kept)", "= kept"),
}
