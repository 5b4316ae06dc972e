// Prints the token estimate of the text on standard input, for the comparison with a tokenizer.
#include "openai/usage.hpp"

#include <fmt/format.h>

#include <iostream>
#include <iterator>
#include <string>

int main() {
  const std::string text(std::istreambuf_iterator<char>(std::cin), {});
  lmbridge::openai::TokenEstimate estimate;
  estimate.add_text(text);
  fmt::print("{}\n", estimate.tokens());
}
