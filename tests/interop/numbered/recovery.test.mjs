// Over the native backplane when the run has a Redis, otherwise as numbered-local.
import { host } from "../support/hosts.mjs";
import { suite } from "./suite.mjs";

host("D");
suite("numbered");
