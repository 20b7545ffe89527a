# COG_HEALTHCHECK with the server of the tests; with the real one it is among the
# cases of test_servers.sh.

health_of_the_example() {
  local container
  example context
  build -f context/cog.yaml -t health --build-arg COG_HEALTHCHECK=20m context
  same "start period" 1200000000000 "$(docker inspect \
    --format '{{printf "%d" .Config.Healthcheck.StartPeriod}}' health)"
  container=$(docker run --detach --network=none --env PORT=5055 \
    --health-interval=1s health)
  health_is healthy "$container"
  docker rm --force "$container"
}
it "COG_HEALTHCHECK: docker shows that the server works" health_of_the_example
