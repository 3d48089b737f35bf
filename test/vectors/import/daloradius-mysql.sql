-- MariaDB dump 10.19  Distrib 10.11.6-MariaDB, for debian-linux-gnu (x86_64)
--
-- Host: localhost    Database: radius
-- ------------------------------------------------------
/*!40101 SET NAMES utf8mb4 */;
/*!40103 SET TIME_ZONE='+00:00' */;

DROP TABLE IF EXISTS `billing_plans`;
CREATE TABLE `billing_plans` (
  `id` int(8) NOT NULL AUTO_INCREMENT,
  `planName` varchar(128) DEFAULT NULL,
  `planRecurring` varchar(128) DEFAULT NULL,
  `planRecurringPeriod` varchar(128) DEFAULT NULL,
  `planCost` varchar(128) DEFAULT NULL,
  PRIMARY KEY (`id`),
  KEY `planName` (`planName`)
) ENGINE=InnoDB;
INSERT INTO `billing_plans` VALUES (1,'سه ماهه','yes','Quarterly','900000'),(2,'یک ماهه','no','Monthly','300000');

DROP TABLE IF EXISTS `nas`;
CREATE TABLE `nas` (
  `id` int(10) NOT NULL AUTO_INCREMENT,
  `nasname` varchar(128) NOT NULL,
  `secret` varchar(60) NOT NULL DEFAULT 'secret',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `nas` VALUES (1,'10.0.0.1','nas-secret');

DROP TABLE IF EXISTS `radacct`;
CREATE TABLE `radacct` (
  `radacctid` bigint(21) NOT NULL AUTO_INCREMENT,
  `acctsessionid` varchar(64) NOT NULL DEFAULT '',
  `username` varchar(64) NOT NULL DEFAULT '',
  `acctstarttime` datetime DEFAULT NULL,
  `acctstoptime` datetime DEFAULT NULL,
  `acctinputoctets` bigint(20) DEFAULT NULL,
  `acctoutputoctets` bigint(20) DEFAULT NULL,
  PRIMARY KEY (`radacctid`),
  KEY `username` (`username`)
) ENGINE=InnoDB;
LOCK TABLES `radacct` WRITE;
/*!40000 ALTER TABLE `radacct` DISABLE KEYS */;
INSERT INTO `radacct` VALUES (1,'a1','ali','2026-10-01 08:00:00','2026-10-01 09:00:00',100000000,1000000000),(2,'a2','ali','2026-11-02 08:00:00',NULL,73741824,0),(3,'a3','sara','2026-11-01 00:00:00','2026-11-01 01:00:00',NULL,5368709120),(4,'a4','timer','0000-00-00 00:00:00',NULL,1,1);
INSERT INTO `radacct` VALUES (5,'a5','timer','2026-11-10 10:00:00',NULL,1,1);
UNLOCK TABLES;

DROP TABLE IF EXISTS `radcheck`;
CREATE TABLE `radcheck` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `username` varchar(64) NOT NULL DEFAULT '',
  `attribute` varchar(64) NOT NULL DEFAULT '',
  `op` char(2) NOT NULL DEFAULT '==',
  `value` varchar(253) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `radcheck` VALUES (1,'ali','Cleartext-Password',':=','it\'s \"a\" \\secret'),(2,'ali','Expiration',':=','31 Dec 2026'),(3,'ali','Simultaneous-Use',':=','2'),(4,'ali','Calling-Station-Id','==','AA-BB-CC-DD-EE-FF'),(5,'sara','User-Password','==','s2'),(6,'sara','Huntgroup-Name','==','dsl'),(7,'hash','MD5-Password',':=','5f4dcc3b5aa765d61d8327deb882cf99'),(8,'crypt','Crypt-Password',':=','$1$abc$xyz'),(9,'blocked','Cleartext-Password',':=','b'),(10,'blocked','Auth-Type',':=','Reject'),(11,'timer','Cleartext-Password',':=','t'),(12,'timer','Expire-After',':=','2592000'),(13,'timer','Max-All-Session',':=','36000'),(14,'own','Cleartext-Password',':=','o'),(15,'baddate','Cleartext-Password',':=','o'),(16,'baddate','Expiration',':=','tomorrow'),(17,'open','Auth-Type',':=','Accept');

DROP TABLE IF EXISTS `radgroupcheck`;
CREATE TABLE `radgroupcheck` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `groupname` varchar(64) NOT NULL DEFAULT '',
  `attribute` varchar(64) NOT NULL DEFAULT '',
  `op` char(2) NOT NULL DEFAULT '==',
  `value` varchar(253) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `radgroupcheck` VALUES (1,'daloRADIUS-Disabled-Users','Auth-Type',':=','Reject'),(2,'2M-5G','Max-Octets',':=','5368709120'),(3,'2M-5G','Simultaneous-Use','=','1');

DROP TABLE IF EXISTS `radgroupreply`;
CREATE TABLE `radgroupreply` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `groupname` varchar(64) NOT NULL DEFAULT '',
  `attribute` varchar(64) NOT NULL DEFAULT '',
  `op` char(2) NOT NULL DEFAULT '=',
  `value` varchar(253) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `radgroupreply` VALUES (1,'2M-5G','Mikrotik-Rate-Limit','=','512k/2048k'),(2,'2M-5G','Acct-Interim-Interval','=','600'),(3,'2M-5G','Framed-Pool',':=','dsl'),(4,'night','WISPr-Bandwidth-Max-Down',':=','4096000'),(5,'night','WISPr-Bandwidth-Max-Up',':=','1024000'),(6,'night','Idle-Timeout','=','300');

DROP TABLE IF EXISTS `radreply`;
CREATE TABLE `radreply` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `username` varchar(64) NOT NULL DEFAULT '',
  `attribute` varchar(64) NOT NULL DEFAULT '',
  `op` char(2) NOT NULL DEFAULT '=',
  `value` varchar(253) NOT NULL DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `radreply` VALUES (1,'ali','Framed-IP-Address',':=','85.9.70.25'),(2,'ali','Framed-Route','+=','10.1.0.0/24 85.9.70.25 1'),(3,'ali','Framed-Route','+=','10.2.0.0/24'),(4,'own','Mikrotik-Rate-Limit',':=','1M/8M 2M/16M 900k/7M 10/10'),(5,'sara','Framed-IP-Address','=','255.255.255.254');

DROP TABLE IF EXISTS `radusergroup`;
CREATE TABLE `radusergroup` (
  `username` varchar(64) NOT NULL DEFAULT '',
  `groupname` varchar(64) NOT NULL DEFAULT '',
  `priority` int(11) NOT NULL DEFAULT 1
) ENGINE=InnoDB;
INSERT INTO `radusergroup` VALUES ('ali','night',5),('ali','2M-5G',1),('sara','2M-5G',1),('sara','daloRADIUS-Disabled-Users',0),('hash','2M-5G',1),('crypt','2M-5G',1),('blocked','night',1),('timer','night',1),('own','2M-5G',1),('baddate','night',1),('ghost','night',1),('open','night',1);

DROP TABLE IF EXISTS `userbillinfo`;
CREATE TABLE `userbillinfo` (
  `id` int(8) unsigned NOT NULL AUTO_INCREMENT,
  `username` varchar(128) DEFAULT NULL,
  `planName` varchar(128) DEFAULT NULL,
  `contactperson` varchar(200) DEFAULT NULL,
  `company` varchar(200) DEFAULT NULL,
  `email` varchar(200) DEFAULT NULL,
  `phone` varchar(200) DEFAULT NULL,
  `address` varchar(200) DEFAULT NULL,
  `city` varchar(200) DEFAULT NULL,
  `zip` varchar(200) DEFAULT NULL,
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `userbillinfo` VALUES (1,'timer','سه ماهه','','شرکت نمونه','','02122334455',NULL,'تهران','1');

DROP TABLE IF EXISTS `userinfo`;
CREATE TABLE `userinfo` (
  `id` int(11) unsigned NOT NULL AUTO_INCREMENT,
  `username` varchar(128) DEFAULT NULL,
  `firstname` varchar(200) DEFAULT NULL,
  `lastname` varchar(200) DEFAULT NULL,
  `email` varchar(200) DEFAULT NULL,
  `mobilephone` varchar(200) DEFAULT NULL,
  `homephone` varchar(200) DEFAULT NULL,
  `city` varchar(200) DEFAULT NULL,
  `portalloginpassword` varchar(128) DEFAULT '',
  PRIMARY KEY (`id`)
) ENGINE=InnoDB;
INSERT INTO `userinfo` VALUES (1,'ali','علي','رضايي','ali@example.ir','09123456789','01132455123','ساری','portal-secret'),(2,'sara','سارا','محمدی','not an email',NULL,NULL,NULL,'');
-- Dump completed on 2026-11-21 11:00:00
