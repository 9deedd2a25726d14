// The same server; the bench uses HTTP/1.1 with subjects whose name ends with `-http1`.
import './h2tls-windhover.mjs';
