# Writes INPUT as a string constant into the C++ file OUTPUT.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include \"settings/shipped.hpp\"

namespace lmbridge::settings {
const std::string_view shipped_config = R\"lmbridge(${text})lmbridge\";
}  // namespace lmbridge::settings
")
