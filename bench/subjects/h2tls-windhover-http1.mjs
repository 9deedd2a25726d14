// The same server; the bench speaks HTTP/1.1 with subjects whose name ends so.
import './h2tls-windhover.mjs';
