// A softmax over scores that arrive in pieces: all weights are relative to the highest score so far.
#pragma once

#include <metal_stdlib>

using namespace metal;

// Finite, so that the difference of two of them is 0 and not NaN. A hidden key's score is minus infinity,
// which this stays above: its weight is 0 even before any key was attended to.
constant constexpr float kLowestScore = -3.402823466e+38f;

// Its exponentials are precise ones: the error of fast ones grows with the distance to the highest score, by
// more than float can hide.
struct OnlineSoftmax {
  float highest = kLowestScore;
  float sum = 0.0f;

  // Makes room for scores up to `score`; what was gathered so far is to be multiplied by what is returned.
  float raise(float score) thread {
    const float before = highest;
    highest = max(highest, score);
    const float kept = precise::exp(before - highest);
    sum *= kept;
    return kept;
  }

  float weight(float score) const thread { return precise::exp(score - highest); }

  // Where nothing was attended to there is nothing: zero, not NaN. A NaN among the scores stays one.
  float mean(float gathered) const thread { return sum == 0.0f ? 0.0f : gathered / sum; }
};

// A weighted sum that is brought together from parts, each with the highest score and the sum of weights it
// saw.
struct OnlineSum {
  OnlineSoftmax softmax;
  float gathered = 0.0f;

  void add(float part, float highest, float sum) thread {
    gathered *= softmax.raise(highest);
    const float weight = softmax.weight(highest);
    gathered += weight * part;
    softmax.sum += weight * sum;
  }

  float mean() const thread { return softmax.mean(gathered); }
};
