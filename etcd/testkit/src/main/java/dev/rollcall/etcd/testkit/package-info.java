/** Story to be told here by the module. */
@NullMarked
package dev.rollcall.etcd.testkit;

import org.jspecify.annotations.NullMarked;
