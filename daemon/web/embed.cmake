# Writes INPUT as the string constant NAME into the C++ file OUTPUT.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include \"web/live.hpp\"

namespace lmbridge::web {
const std::string_view ${NAME} = R\"lmbridge(${text})lmbridge\";
}  // namespace lmbridge::web
")
