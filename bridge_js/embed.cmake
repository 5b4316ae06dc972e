# Writes INPUT as the string constant NAME into the C++ file OUTPUT.
file(READ ${INPUT} text)
file(WRITE ${OUTPUT} "#include \"bridge_js/script.hpp\"

namespace lmbridge::bridge_js {
const std::string_view ${NAME} = R\"lmbridge(${text})lmbridge\";
}  // namespace lmbridge::bridge_js
")
