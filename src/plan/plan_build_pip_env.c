// What of cog.yaml's `environment` pip sees while it installs: what pip, uv and
// compilers read. The rest is for the model, and another value of it must not
// install all packages anew.
#include "plan_int.h"

/** Names; one that ends in `*` stands for all that begin so. To add one: a
 * word. Source: the variables that pip, uv, CMake, setuptools, PyTorch's
 * extensions, flash-attn, llama-cpp-python and dlib document for their builds.
 */
static const char *const build_variables[] = {
    "PIP_*",
    "UV_*",
    "CMAKE_*",
    "SKBUILD_*",
    "SETUPTOOLS_*",
    "CC",
    "CXX",
    "CFLAGS",
    "CXXFLAGS",
    "CPPFLAGS",
    "LDFLAGS",
    "MAKEFLAGS",
    "MAX_JOBS",
    "NVCC_*",
    "CUDAARCHS",
    "CUDAHOSTCXX",
    "TORCH_CUDA_ARCH_LIST",
    "TORCH_NVCC_FLAGS",
    "FORCE_CUDA",
    "FORCE_CMAKE",
    "FLASH_ATTENTION_*",
    "LLAMA_*",
    "GGML_*",
    "DLIB_*",
    "CARGO_*",
    "RUSTFLAGS",
    "MPICC",
    "HNSWLIB_*",
    "ENABLE_*",
};

static bool is_build_variable(struct str name) {
  for (size_t i = 0; i < ARRAY_LEN(build_variables); i++) {
    const struct str row = str_of(build_variables[i]);
    const bool prefix = str_ends(row, "*");
    if (prefix ? str_eq(str_take(name, row.len - 1), str_take(row, row.len - 1))
               : str_eq(name, row))
      return true;
  }
  return false;
}

void plan_add_pip_environment(struct plan_builder *b, struct plan_run *run) {
  const struct config_envs *envs = &b->in->config->environment;
  for (size_t i = 0; i < envs->n; i++) {
    if (!is_build_variable(envs->v[i].name))
      continue;
    const char *pair =
        str_printf(b->ar, STR_FMT "=" STR_FMT, STR_ARG(envs->v[i].name),
                   STR_ARG(envs->v[i].value))
            .p;
    plan_add_run_env(b, run, &pair, 1);
  }
}
