import { host } from "../support/hosts.mjs";
import { suite } from "./suite.mjs";

host("D");
suite("numbered-local");
