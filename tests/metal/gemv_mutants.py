"""Wrong edits of what both products share; they are tried on the one of 8 bits."""

SHARED = {
    "lanes overlap": ("= {};\n  for (uint k = lane * kChunk;", "= {};\n  for (uint k = lane * 4;"),
    "pieces are skipped": ("* kChunk) {\n    Chunk chunks", "* kChunk * 2) {\n    Chunk chunks"),
    "half a piece": (" + dot(chunks[j].high, values.high)", ""),
    "lanes are not added": ("= simd_sum(sums[r][j])", "= sums[r][j]"),
    "sums change places": ("lane == kTogether * r + j ?", "lane == ROWS * j + r ?"),
    "one row of x for all": ("min(row, rows - 1) * stride", "0 * stride"),
    "a block's first rows again": ("{x + block.first_row * task.x_stride,", "{x,"),
    "x's gaps ignored": ("* task.x_stride, task.x_stride", "* task.x_stride, task.inputs"),
    "y's gaps ignored": ("row * task.y_stride", "row * task.outputs"),
    "the residual's gaps ignored": ("row * task.residual_stride", "row * task.outputs"),
    "the next group's scale": ("(k >> shift)", "((k + kChunk) >> shift)"),
    "groups of twice the size": ("shift = ctz(size)", "shift = ctz(size) + 1"),
    "one group's scale for all": ("(k >> shift)", "0 * (k >> shift)"),
    "one scale a row misread": ("return {1, 31};", "return {1, 5};"),
    "outputs beyond the last": ("|| output >= task.outputs)", ")"),
    "rows beyond the last": ("|| row >= task.rows || output", "|| output"),
    "outputs beyond the last are read": ("uint4(task.outputs - 1)", "uint4(task.outputs + 2)"),
    "rows beyond the last are read": ("min(row, rows - 1)", "row"),
    "bias always": ("if (task.has_bias)", "if (true)"),
    "residual always": ("if (task.has_residual)", "if (true)"),
    "bias of another output": ("float(bias[output])", "float(bias[block.first_output])"),
    "activation after the residual": (
        "  sum = activated(sum, task.activation);\n  if (task.has_residual) {\n"
        "    sum += float(residual[row * task.residual_stride + output]);\n  }\n",
        "  if (task.has_residual) {\n    sum += float(residual[row * task.residual_stride + output]);\n  }\n"
        "  sum = activated(sum, task.activation);\n",
    ),
    "the norm of another row": ("normal_of_row(inputs, row,", "normal_of_row(inputs, 0,"),
    "each lane has its own mean": ("simd_sum(total) / length", "total / length"),
    "half of the variance": (" + dot(distance.high, distance.high)", ""),
    "the norm's weight of elsewhere": ("chunk_of(weight + k)", "chunk_of(weight)"),
    "the norm's bias of elsewhere": ("chunk_of(bias + k)", "chunk_of(bias)"),
}
