// `docker buildx bake -f docker-bake.hcl` in the directory of a cog.yaml: the
// model, and an image of its own that goes on from it.

variable "TAG" {
  default = "latest"
}

group "default" {
  targets = ["model", "service"]
}

target "model" {
  dockerfile = "cog.yaml"
  tags       = ["model:${TAG}"]
}

target "service" {
  contexts = {
    model = "target:model"
  }
  dockerfile-inline = <<EOT
FROM model
ENV SERVICE=1
EOT
  tags = ["service:${TAG}"]
}
