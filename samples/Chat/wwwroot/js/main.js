// Puts the parts together: what talks to the server first, then what people see.
import { Connection } from "./connection.js";
import { Rooms } from "./rooms.js";
import { Messages } from "./messages.js";
import { Presence } from "./presence.js";
import { Uploads } from "./uploads.js";
import { Downloads } from "./downloads.js";
import { showStatus } from "./view/status.js";
import { showDrawers } from "./view/drawers.js";
import { showRooms } from "./view/rooms.js";
import { showPeople } from "./view/people.js";
import { showThread } from "./view/thread.js";
import { showActivity } from "./view/activity.js";
import { showComposer } from "./view/composer.js";
import { askForName } from "./view/signin.js";

const connection = new Connection();
const rooms = new Rooms(connection);
const messages = new Messages(connection, rooms);
const presence = new Presence(connection, rooms);
const uploads = new Uploads(connection, rooms, messages);
const downloads = new Downloads(connection, rooms);

showStatus(connection);
const drawers = showDrawers();
showRooms(rooms, drawers);
showPeople(rooms);
showThread({ connection, rooms, messages, downloads });
showActivity(rooms, presence);
showComposer({ rooms, messages, presence, uploads });
askForName(connection);
