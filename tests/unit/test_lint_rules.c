/* What each rule tells apart; what it says is on its page. A row is a part of
 * cog.yaml (below `build`, where it begins with blanks) and how often the rule
 * warns of it. */
#include "cm.h"

#include "cogfe/recipe.h"
#include "scratch.h"

struct row {
  const char *text;
  size_t n;
};

struct files {
  struct context *context;
  const struct context_ignore *ignore;
  struct str arch;
  struct recipe_args args;
};

static size_t count(void **state, const struct files *f, const char *text,
                    enum diag_code code) {
  struct arena *ar = cm_ar(state);
  struct source *src = arena_new(ar, struct source);
  *src =
      (struct source){"cog.yaml", str_printf(ar, "build:\n%s%s",
                                             strstr(text, "python_version")
                                                 ? ""
                                                 : "  python_version: '3.12'\n",
                                             text)};
  struct diags dg;
  diag_init(&dg, ar);
  struct recipe recipe;
  const struct recipe_input in = {
      .files = f->context,
      .config = src,
      .config_path = STR("cog.yaml"),
      .platform = {.os = STR("linux"), .arch = f->arch},
      .args = &f->args};
  if (!recipe_make(&in, ar, &recipe, &dg))
    fail_msg("%s: %s", src->text.p, dg.list.v[0].msg);
  recipe_lint(&in, &recipe, f->context, f->ignore, ar, &dg);
  size_t n = 0;
  for (size_t i = 0; i < dg.list.n; i++)
    n += dg.list.v[i].code == code;
  return n;
}

static void check(void **state, enum diag_code code, const struct row *rows,
                  size_t n) {
  const struct files none = {.arch = STR("amd64")};
  for (size_t i = 0; i < n; i++) {
    const size_t got = count(state, &none, rows[i].text, code);
    if (got != rows[i].n)
      fail_msg("[%s] %zu times for:\n%s", diag_slug(code), got, rows[i].text);
  }
}

#define PACKAGES "  python_packages:\n"
#define SYSTEM "  system_packages:\n"
#define RUN "  run:\n"
#define GPU "  gpu: true\n"

static void packages_listed_twice(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - A_b\n    - a.B==1\n    - a-b\n", 2},
      {PACKAGES "    - a\n    - aa\n", 0},
      {PACKAGES "    - a==1; python_version < '3'\n    - a==2\n", 0},
      {PACKAGES "    - a==1; python_version > '3'\n    - a==2\n", 1},
      {PACKAGES "    - a[x]\n    - a\n", 0},
      {PACKAGES "    - a @ https://h/a.tar.gz\n    - a\n", 1},
      {PACKAGES "    - --pre\n    - --pre\n", 0},
      {SYSTEM "    - a1\n    - b1\n    - a1\n    - a1\n", 2},
  };
  check(state, DIAG_DUPLICATE_PACKAGE, rows, ARRAY_LEN(rows));
}

static void packages_in_both_lists(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - ffmpeg==1\n" SYSTEM "    - ffmpeg:arm64=7\n", 1},
      {PACKAGES "    - Open_CV\n" SYSTEM "    - python3-open-cv\n", 1},
      {PACKAGES "    - opencv-python\n" SYSTEM "    - python3-opencv\n", 0},
  };
  check(state, DIAG_PACKAGE_IN_BOTH, rows, ARRAY_LEN(rows));
}

static void indexes_without_encryption(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - --index-url http://\n", 0}, // of no host
      {PACKAGES "    - --index-url http://h\n", 1},
      {PACKAGES "    - --index-url http://h/s\n", 1},
      {PACKAGES "    - -f HTTP://h/s\n", 1},
      {PACKAGES "    - a --extra-index-url http://h/s\n", 1},
      {PACKAGES "    - --trusted-host h\n", 1},
      {PACKAGES "    - a @ http://h/a.whl\n", 1},
      {PACKAGES "    - git+http://h/a\n", 1},
      {PACKAGES "    - git+git://h/a\n", 1},
      {PACKAGES "    - http://h/a.whl#sha256=00\n", 0},
      {PACKAGES "    - a @ http://h/a.whl --hash=sha256:00\n", 0},
      {PACKAGES "    - --index-url https://h/s\n    - git+https://h/a\n", 0},
      {PACKAGES "    - git+ssh://git@h/a\n    - --find-links wheels\n", 0},
  };
  check(state, DIAG_INSECURE_INDEX, rows, ARRAY_LEN(rows));
}

static void local_versions(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - a==1+cu1\n    - b===2+x\n", 2},
      {PACKAGES "    - a==1+cu1\n    - --extra-index-url https://h\n", 0},
      {PACKAGES "    - torchvision==0.1+cu1\n    - a==1\n", 0},
  };
  check(state, DIAG_LOCAL_VERSION, rows, ARRAY_LEN(rows));
}

static void indexes_that_the_build_brings(void **state) {
  const char *const text = PACKAGES "    - a==1+cu1\n";
  struct files f = {.arch = STR("amd64")};
  assert_int_equal(count(state, &f, text, DIAG_LOCAL_VERSION), 1);
  assert_true(recipe_args_take(&f.args, cm_ar(state),
                               STR("PIP_EXTRA_INDEX_URL"), STR("https://h")));
  assert_int_equal(count(state, &f, text, DIAG_LOCAL_VERSION), 0);
}

static void older_builds_of_tensorflow(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - tensorflow-gpu\n", 1},
      {PACKAGES "    - TensorFlow_GPU>=2\n", 1},
      {PACKAGES "    - tensorflow-gpu==2.1.0\n", 1},
      {PACKAGES "    - tensorflow-gpu==1.15.0\n", 0},
      {PACKAGES "    - tensorflow\n", 0},
  };
  check(state, DIAG_TENSORFLOW_GPU, rows, ARRAY_LEN(rows));
}

static void git_that_is_not_there(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - git+https://h/a\n    - a @ git+https://h/b\n", 2},
      {PACKAGES "    - -e git+https://h/a#egg=a\n", 1},
      {RUN "    - git clone a && git -C a checkout b\n", 1},
      {RUN "    - pip install 'a @ git+https://h/a'\n", 1},
      {RUN "    - apt-get update && apt-get install -y git && git x\n", 0},
      {RUN "    - git clone a\n" SYSTEM "    - git\n", 0},
      {GPU RUN "    - git clone a\n", 0},
      {RUN "    - echo git\n", 0},
  };
  check(state, DIAG_NO_GIT, rows, ARRAY_LEN(rows));
}

static void torch_without_a_version(void **state) {
  static const struct row rows[] = {
      {GPU PACKAGES "    - torch\n", 1},
      {GPU PACKAGES "    - torch>=2,!=2.1\n", 1},
      {GPU PACKAGES "    - torch<2.4\n", 0},
      {GPU PACKAGES "    - torch~=2.1\n", 0},
      {GPU PACKAGES "    - torch @ https://h/torch.whl\n", 0},
      {GPU PACKAGES "    - torch; python_version < '3'\n", 0},
      {PACKAGES "    - torch\n", 0},
  };
  check(state, DIAG_UNPINNED_TORCH, rows, ARRAY_LEN(rows));
}

static void pythons_without_a_wheel(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - torch==1.13.1\n", 1},
      {PACKAGES "    - tensorflow==2.10.0\n", 1},
      {PACKAGES "    - torch==2.3.1\n", 0},
      {PACKAGES "    - torch==2.3\n", 0},
      {"  python_version: '3.11'\n" PACKAGES "    - torch==1.13.1\n", 0},
      {"  python_version: '3.11'\n" PACKAGES "    - torch==1.12.1\n", 1},
      {"  python_version: '3.13'\n" PACKAGES "    - torch==2.5.1+cu124\n", 0},
      {PACKAGES "    - torch==99\n    - tensorflow>=2\n", 0},
  };
  check(state, DIAG_NO_PYTHON_WHEEL, rows, ARRAY_LEN(rows));
}

static void base_images_that_ended(void **state) {
  static const struct row rows[] = {
      {GPU "  cuda: '11.3'\n", 1},
      {GPU "  cuda: '11.8'\n", 0},
      {"  cuda: '11.3'\n", 0},
  };
  check(state, DIAG_UBUNTU_ENDED, rows, ARRAY_LEN(rows));
}

static void cuda_without_an_image_for_arm64(void **state) {
  const struct files arm = {.arch = STR("arm64")}, amd = {.arch = STR("amd64")};
  const char *old = GPU "  cuda: '11.1'\n", *new = GPU "  cuda: '11.2'\n";
  assert_int_equal(count(state, &arm, old, DIAG_CUDA_ARM64), 1);
  assert_int_equal(count(state, &arm, new, DIAG_CUDA_ARM64), 0);
  assert_int_equal(count(state, &amd, old, DIAG_CUDA_ARM64), 0);
}

static void packages_that_are_gone(void **state) {
  static const struct row rows[] = {
      {SYSTEM "    - libgl1-mesa-glx\n    - libegl1-mesa\n    - libgl1\n", 2},
      {"  python_version: '3.8'\n" SYSTEM "    - libgl1-mesa-glx\n", 0},
      {"  python_version: '3.11.4'\n" SYSTEM "    - libgl1-mesa-glx\n", 0},
      {GPU "  cuda: '11.8'\n" SYSTEM "    - libgl1-mesa-glx\n", 0},
      {GPU "  cuda: '12.8'\n" SYSTEM "    - libgl1-mesa-glx\n", 1},
  };
  check(state, DIAG_PACKAGE_GONE, rows, ARRAY_LEN(rows));
}

#define TOKEN "ghp_abcdefghijklmnopqrstuvwxyz0123456789"

static void credentials(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - git+https://" TOKEN "@github.com/a/b\n", 1},
      {PACKAGES "    - --index-url https://a:bcdefgh@h/s\n", 1},
      {RUN "    - curl -H 'X:" TOKEN "' https://h\n", 1},
      {RUN "    - curl https://a:b@h && curl https://a:c@h\n", 2},
      {PACKAGES "    - --index-url https://a:${PASSWORD}@h/s\n", 0},
      {PACKAGES "    - git+ssh://git@github.com/a/b\n", 0},
      {RUN "    - curl https://$TOKEN@h https://h/a@b:c\n", 0},
  };
  check(state, DIAG_CREDENTIALS, rows, ARRAY_LEN(rows));
}

static void secrets_in_the_environment(void **state) {
  static const struct row rows[] = {
      {"environment:\n  - API_TOKEN=abcdef12\n", 1},
      {"environment:\n  - URL=https://a:bcdef@h\n  - X=" TOKEN "\n", 2},
      {"environment:\n  - API_TOKEN=/run/secrets/t\n  - MAX_TOKENS=4096\n"
       "  - TOKENIZERS_PARALLELISM=false\n  - TOKEN=\n",
       0},
  };
  check(state, DIAG_SECRET_ENVIRONMENT, rows, ARRAY_LEN(rows));
}

static void apt_without_update(void **state) {
  static const struct row rows[] = {
      {RUN "    - apt-get install -y a\n", 1},
      {RUN "    - apt update\n    - apt install -y a\n", 1},
      {RUN "    - apt-get -qq update && apt-get -y install a\n", 0},
      {RUN "    - |\n      apt-get update\n      apt-get install -y a\n", 0},
      {RUN "    - curl https://h | bash - && apt-get install -y a\n", 0},
      {RUN "    - apt-get install -y ./a.deb\n", 0},
      {RUN "    - apt-get install -y -f\n", 0},
      {RUN "    - apt-get clean\n    - echo apt-get install a\n", 0},
      {"  pre_install:\n    - apt-get install -y a\n", 1},
  };
  check(state, DIAG_APT_UPDATE, rows, ARRAY_LEN(rows));
}

static void apt_without_yes(void **state) {
  static const struct row rows[] = {
      {RUN "    - apt-get install a\n", 1},
      {RUN "    - apt install -o X=y a\n", 1},
      {RUN "    - apt-get install a -y\n", 0},
      {RUN "    - apt-get --assume-yes install a\n", 0},
      {RUN "    - apt-get install -qqy a\n    - apt-get -qq install a\n", 0},
      {RUN "    - yes | apt-get install a\n", 0},
      {RUN "    - apt-get update\n", 0},
  };
  check(state, DIAG_APT_YES, rows, ARRAY_LEN(rows));
}

static void sudo(void **state) {
  static const struct row rows[] = {
      {RUN "    - sudo -H a && b && sudo c\n", 2},
      {RUN "    - sudo a\n" SYSTEM "    - sudo\n", 0},
      {RUN "    - echo sudo\n", 0},
  };
  check(state, DIAG_SUDO_IN_RUN, rows, ARRAY_LEN(rows));
}

static void items_that_leave_nothing(void **state) {
  static const struct row cd[] = {
      {RUN "    - cd /a\n    - pushd b\n", 2},
      {RUN "    - cd /a && b\n    - a; cd b\n    - cdrecord\n", 0},
  };
  static const struct row exports[] = {
      {RUN "    - export A=1\n    - A=1\n    - . /venv/bin/activate\n", 3},
      {RUN "    - conda activate x\n", 1},
      {RUN "    - export A=1 && b\n    - A=1 b\n    - conda install x\n", 0},
  };
  check(state, DIAG_CD_ALONE, cd, ARRAY_LEN(cd));
  check(state, DIAG_EXPORT_ALONE, exports, ARRAY_LEN(exports));
}

static void pip_with_another_version(void **state) {
  static const struct row rows[] = {
      {PACKAGES "    - a==1\n" RUN "    - pip install -q 'A==2' b\n", 1},
      {PACKAGES "    - a==1\n" RUN "    - pip install 'a>=2'\n", 1},
      {PACKAGES "    - a<2\n" RUN "    - python -m pip install a==2\n", 1},
      {PACKAGES "    - a<2\n" RUN "    - pip install a==1.5\n", 0},
      {PACKAGES "    - a==1\n" RUN "    - pip install -U a\n", 0},
      {PACKAGES "    - a==1\n" RUN "    - pip install -c a==2 -r a==2\n", 0},
      {PACKAGES "    - a==1\n" RUN "    - pip install -t /x a==2\n", 0},
      {PACKAGES "    - a==1\n" RUN "    - /v/bin/pip install a==2\n", 0},
      {PACKAGES "    - a==1\n" RUN "    - pip install b==2\n", 0},
  };
  check(state, DIAG_PIP_OTHER_VERSION, rows, ARRAY_LEN(rows));
}

static void pip_and_the_shell(void **state) {
  static const struct row rows[] = {
      {RUN "    - pip install a>=1.2 b\n", 1},
      {RUN "    - pip install a<2\n", 1},
      {RUN "    - pip install 'a>=1' \"b<2\" c>log 2>&1\n", 0},
      {RUN "    - pip install a > =1\n    - echo a>=1\n", 0},
  };
  check(state, DIAG_PIP_REDIRECT, rows, ARRAY_LEN(rows));
}

#define OFF "  # cog-frontend: ignore="

static void comments_for_nothing(void **state) {
  static const struct row rows[] = {
      {RUN "    - x" OFF "sudo\n    - y" OFF "no-git, cd-alne\n", 2},
      {RUN "    - x" OFF "bad-cuda\n", 1},
      {RUN "    - x" OFF "no-git, cd-alone a reason, and more\n", 0},
      {RUN "    - x" OFF "cd-alone: a reason\n", 1},
      {RUN "    - x" OFF "sudo,unknown-rule\n", 0},
  };
  check(state, DIAG_UNKNOWN_RULE, rows, ARRAY_LEN(rows));
}

// ---- files ------------------------------------------------------------------

static struct files open_files(void **state) {
  struct files f = {.arch = STR("amd64")};
  struct context_ignore *ignore =
      arena_new(cm_ar(state), struct context_ignore);
  f.context =
      context_open_dir(cm_ar(state), scratch_path(state, "."), cm_dg(state));
  assert_non_null(f.context);
  assert_true(context_ignore_load(f.context, f.context, STR("cog.yaml"),
                                  cm_ar(state), ignore, cm_dg(state)));
  f.ignore = ignore;
  return f;
}

static void pointers_to_nothing(void **state) {
  scratch_run(state, "touch here.py; ln -s /etc/passwd out.py; mkdir d.py");
  const struct files f = open_files(state);
  static const struct row rows[] = {
      {"predict: 'gone.py:P'\ntrain: 'gone.py:t'\n", 2},
      {"run: 'sub/gone.py:P'\n", 1},
      {"predict: './here.py:P'\n", 0},
      {"predict: 'd.py:P'\n", 1},
      {"predict: 'out.py:P'\n", 0}, // the build says what is wrong with it
      {"image: x\n", 0},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_int_equal(count(state, &f, rows[i].text, DIAG_POINTER_MISSING),
                     rows[i].n);
  context_close(f.context);
}

static void files_that_are_hidden(void **state) {
  scratch_run(state, "echo six >a.txt; printf -- '-r a.txt\\n' >b.txt;"
                     "printf 'a.*\\n' >.dockerignore; touch a.py b.py");
  const struct files f = open_files(state);
  static const struct row rows[] = {
      {"  python_requirements: a.txt\npredict: 'a.py:P'\n", 2},
      {"  python_requirements: b.txt\npredict: 'b.py:P'\n", 1},
      {PACKAGES "    - -r a.txt\n", 1},
  };
  for (size_t i = 0; i < ARRAY_LEN(rows); i++)
    assert_int_equal(count(state, &f, rows[i].text, DIAG_HIDDEN_FILE),
                     rows[i].n);
  assert_int_equal(count(state, &f, rows[0].text, DIAG_POINTER_MISSING), 0);
  context_close(f.context);
}

/** No rule says aloud what it found. */
static void secrets_stay_unsaid(void **state) {
  const struct source src = {
      "cog.yaml",
      STR("build:\n  python_version: '3.12'\n" PACKAGES
          "    - --index-url http://a:hunter22@h/s\n    - a = hunter22\n" RUN
          "    - pip install --index-url https://a:hunter22@h a>=1 && "
          "A_TOKEN=hunter22 sudo x\n"
          "environment:\n  - A_TOKEN=hunter22\n  - NV_PASSWORD=hunter22\n")};
  struct recipe_args args = {0};
  struct recipe recipe;
  const struct recipe_input in = {
      .config = &src,
      .config_path = STR("cog.yaml"),
      .platform = {.os = STR("linux"), .arch = STR("amd64")},
      .args = &args};
  assert_true(recipe_make(&in, cm_ar(state), &recipe, cm_dg(state)));
  recipe_lint(&in, &recipe, NULL, NULL, cm_ar(state), cm_dg(state));
  assert_true(cm_dg(state)->list.n >= 8);
  struct str text = cm_rendered(state), line;
  while (str_next_line(&text, &line))
    if (str_contains(line, "hunter22") && !str_contains(line, "a = hunter22"))
      fail_msg(STR_FMT, STR_ARG(line));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cm_test(packages_listed_twice),
      cm_test(packages_in_both_lists),
      cm_test(indexes_without_encryption),
      cm_test(local_versions),
      cm_test(indexes_that_the_build_brings),
      cm_test(older_builds_of_tensorflow),
      cm_test(git_that_is_not_there),
      cm_test(torch_without_a_version),
      cm_test(pythons_without_a_wheel),
      cm_test(base_images_that_ended),
      cm_test(cuda_without_an_image_for_arm64),
      cm_test(packages_that_are_gone),
      cm_test(credentials),
      cm_test(secrets_in_the_environment),
      cm_test(apt_without_update),
      cm_test(apt_without_yes),
      cm_test(sudo),
      cm_test(items_that_leave_nothing),
      cm_test(pip_with_another_version),
      cm_test(pip_and_the_shell),
      cm_test(comments_for_nothing),
      scratch_test(pointers_to_nothing),
      scratch_test(files_that_are_hidden),
      cm_test(secrets_stay_unsaid),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
