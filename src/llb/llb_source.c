#include "llb/llb_int.h"

struct llb_ref llb_source(struct llb *l, const struct llb_source *src,
                          const struct llb_meta *meta) {
  llb_begin(l, meta);
  Pb__SourceOp source = PB__SOURCE_OP__INIT;
  source.identifier = llb_text(l, src->identifier);
  source.n_attrs = src->n_attrs;
  source.attrs = llb_map(l, src->attrs, src->n_attrs);
  Pb__Op op = PB__OP__INIT;
  op.op_case = PB__OP__OP_SOURCE;
  op.source = &source;
  op.platform = llb_platform(l, src->platform);
  struct llb_inputs none = {0};
  return (struct llb_ref){llb_add(l, &op, &none, meta, NULL), 0};
}

struct attrs {
  struct llb_attr v[8]; // as many as one kind of source has here
  size_t n;
};

static void add_source_attr(struct attrs *attrs, const char *key,
                            struct str value) {
  if (attrs->n == ARRAY_LEN(attrs->v))
    BUG("no room for attribute %s", key);
  attrs->v[attrs->n++] = (struct llb_attr){key, value};
}

static void add_given(struct attrs *attrs, const char *key, struct str value) {
  if (value.len)
    add_source_attr(attrs, key, value);
}

static void add_list_attr(struct llb *l, struct attrs *attrs, const char *key,
                          const struct str_vec *list) {
  if (!list)
    return;
  llb_texts(l, list->v, list->n); // JSON would replace what is not UTF-8
  add_source_attr(attrs, key, str_json_list(l->ar, list->v, list->n));
}

struct llb_ref llb_image(struct llb *l, struct str name,
                         const struct platform *platform,
                         struct str resolve_mode, const struct llb_meta *meta) {
  struct attrs attrs = {0};
  add_given(&attrs, "image.resolvemode", resolve_mode);
  struct llb_source src = {
      .identifier = str_concat(l->ar, STR("docker-image://"), name),
      .attrs = attrs.v,
      .n_attrs = attrs.n,
      .platform = platform,
  };
  return llb_source(l, &src, meta);
}

struct llb_ref llb_local(struct llb *l, const struct llb_local *local,
                         const struct llb_meta *meta) {
  llb_begin(l, meta);
  struct attrs attrs = {0};
  add_given(&attrs, "local.session", local->session);
  add_list_attr(l, &attrs, "local.includepattern", local->include);
  add_list_attr(l, &attrs, "local.excludepatterns", local->exclude);
  add_list_attr(l, &attrs, "local.followpaths", local->follow);
  add_given(&attrs, "local.sharedkeyhint", local->shared_key_hint);
  if (local->differ_none)
    add_source_attr(&attrs, "local.differ", STR("none"));
  struct llb_source src = {
      .identifier = str_concat(l->ar, STR("local://"), local->name),
      .attrs = attrs.v,
      .n_attrs = attrs.n,
  };
  return llb_source(l, &src, meta);
}

struct llb_ref llb_http(struct llb *l, struct str url, struct str filename,
                        struct str checksum, const struct llb_meta *meta) {
  struct attrs attrs = {0};
  add_given(&attrs, "http.filename", filename);
  add_given(&attrs, "http.checksum", checksum);
  struct llb_source src = {
      .identifier = url,
      .attrs = attrs.v,
      .n_attrs = attrs.n,
  };
  return llb_source(l, &src, meta);
}
